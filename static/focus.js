// Puts the focus back when what had it is replaced: on the same link or button of the fresh reader, or, where a message is
// closed or gone, on its row of the list.

let last = null; // what had the focus
let inReader = false;
let message = ''; // the one that is open

export function keepFocus() {
  document.addEventListener('focusin', ({ target }) => {
    last = target;
    inReader = Boolean(target.closest('#content'));
  });
  document.addEventListener('pillarbox:content', () => {
    const content = document.getElementById('content');
    const before = message;
    message = content.dataset.message ?? '';
    if (document.activeElement !== document.body) return;
    const place = message ? again(content) : document.querySelector(`#rows [data-key="m${before}"] a`);
    place?.focus({ preventScroll: true });
  });
}

function again(content) {
  if (!inReader || last.isConnected) return null;
  const { does } = last.dataset;
  const address = last.getAttribute('href');
  const same = (one) => (does ? one.dataset.does === does : address !== null && one.getAttribute('href') === address);
  return [...content.querySelectorAll('a, button, summary')].find(same) ?? content.querySelector('.tabs [aria-current]');
}
