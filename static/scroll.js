// Keeps the list where it was when a message of it is opened (the next page has the same list), and shows where the
// reader is in a rail and in tabs that are too narrow.

const KEY = 'pillarbox.list';

export function keepScroll() {
  for (const here of document.querySelectorAll('.rail [aria-current], .tabs [aria-current]')) {
    here.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
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
