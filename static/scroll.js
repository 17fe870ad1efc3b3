// Keeps the list where it was when a message of it is opened (the next page has the same list), and shows where the
// reader is in a rail that is too narrow.

const KEY = 'pillarbox.list';

export function keepScroll() {
  document.querySelector('.rail [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const list = document.querySelector('.list.pane');
  if (!list) return;
  const which = document.documentElement.dataset.refresh;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (kept?.which === which) list.scrollTop = kept.top;
  } catch {
    sessionStorage.removeItem(KEY);
  }
  addEventListener('pagehide', () => {
    sessionStorage.setItem(KEY, JSON.stringify({ which, top: list.scrollTop }));
  });
}
