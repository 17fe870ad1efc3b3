// Menus (`details.menu`) close as people expect: on Escape, on a click elsewhere, when the focus leaves them. The arrow
// keys go through what is in one. What unfolds above a preview (`.view`) closes on a click elsewhere, too.

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export function menus() {
  addEventListener('click', (event) => closeAround(event.target, 'details.menu[open], .view details[open]'));
  addEventListener('focusin', (event) => closeAround(event.target, 'details.menu[open]'));
  addEventListener('keydown', (event) => {
    const menu = event.target.closest?.('details.menu[open]');
    if (!menu) return;
    if (event.key === 'Escape') {
      menu.open = false;
      menu.querySelector('summary').focus();
    } else if (event.key in STEPS && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const places = [...menu.querySelectorAll('summary, a, button, input')].filter((one) => one.checkVisibility());
      const next = places[(places.indexOf(document.activeElement) + STEPS[event.key] + places.length) % places.length];
      next.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function closeAround(place, which) {
  for (const open of document.querySelectorAll(which)) if (!open.contains(place)) open.open = false;
}
