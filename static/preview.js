// The preview's width and colours are changed without loading the frame anew, remembered, and written into the address,
// so that what is seen can be sent to a colleague. Pictures are not remembered: each message asks for its own again.

import { set } from './settings.js';

const USUAL = { width: 'full', scheme: 'light' };
const root = document.documentElement;

export function previewSwitches() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('.view a:is([data-width], [data-scheme])');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { width, scheme } = link.dataset;
    show({ ...chosen(), ...(width ? { width } : { scheme }) });
    set(width ? 'preview-width' : 'preview-scheme', width ?? scheme);
    root.dataset[width ? 'previewWidth' : 'previewScheme'] = width ?? scheme;
  });
  document.addEventListener('pillarbox:content', () => {
    if (!document.querySelector('.stage')) return;
    const now = chosen();
    if (now.width !== USUAL.width || now.scheme !== USUAL.scheme) show(now);
  });
}

/** What the address says, else what was last chosen. */
function chosen() {
  const stage = document.querySelector('.stage').dataset;
  return {
    width: stage.width ?? root.dataset.previewWidth ?? USUAL.width,
    scheme: stage.scheme ?? root.dataset.previewScheme ?? USUAL.scheme,
  };
}

function show({ width, scheme }) {
  Object.assign(document.querySelector('.stage').dataset, { width, scheme });
  for (const link of document.querySelectorAll('.view a[data-does], .view a[data-scheme]')) {
    const { dataset } = link;
    if (dataset.width || dataset.scheme) {
      const current = dataset.width === width || dataset.scheme === scheme;
      link.toggleAttribute('aria-current', current);
      if (current) link.setAttribute('aria-current', 'true');
      if (dataset.scheme && current) delete dataset.does;
      else if (dataset.scheme) dataset.does = 'dark';
    }
    link.href = told(link.href, { width: dataset.width ?? width, scheme: dataset.scheme ?? scheme });
  }
  history.replaceState(history.state, '', told(location.href, { width, scheme }));
}

function told(address, { width, scheme }) {
  const to = new URL(address);
  to.searchParams.set('width', width);
  to.searchParams.set('dark', scheme === 'dark' ? '1' : '0');
  return to.pathname + to.search + to.hash;
}
