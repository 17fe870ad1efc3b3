// Keeps the list where it was when the page is left (the next page has the same list), and shows where the reader is in
// a rail and in tabs that are too narrow.

import { goBack, places, scroller, shown } from './pieces.js';

const KEY = 'pillarbox.list';

export function keepScroll() {
  for (const here of document.querySelectorAll('.rail [aria-current], .tabs [aria-current]')) {
    here.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  if (!document.querySelector('#list #rows')) return;
  const which = () => document.documentElement.dataset.refresh; // a search shows another list in the place of this one
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  } catch {
    sessionStorage.removeItem(KEY);
  }
  if (kept?.which === which() && shown()) goBack(kept, kept.top).catch(() => {}); // the server is away: the list is at its top
  addEventListener('pagehide', () => {
    if (shown()) sessionStorage.setItem(KEY, JSON.stringify({ which: which(), top: scroller().scrollTop, ...places() }));
  });
}
