// Shows line ends and blanks as symbols: the ends of lines at once, those inside content when the server has drawn them.

import { load } from './live.js';

export function toggleEnds() {
  addEventListener('click', async (event) => {
    const link = event.target.closest?.('a[data-ends]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { dataset } = document.documentElement;
    const wanted = new URL(link.href);
    document.querySelector('.wire')?.classList.toggle('ends', wanted.searchParams.has('ends'));
    history.replaceState(null, '', wanted.pathname + wanted.search + location.hash);
    if (dataset.follow) dataset.refresh = wanted.pathname + wanted.search;
    await load(wanted.pathname + wanted.search).catch(() => location.reload()); // the browser says what the matter is
  });
}
