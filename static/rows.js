// Goes through a list by keys, message by message or session by session: the focus is on a row, and where a message is
// open beside the list, the next one is opened at once.

import { does } from './keys.js';

const ROWS = '#rows > :not(.day, .empty, .more) > a';

export function rowKeys() {
  does('next', () => move(1));
  does('previous', () => move(-1));
  does('open', () => here()?.click());
}

export function move(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  const at = rows.indexOf(here());
  const next = at < 0 ? rows[0] : rows[at + step];
  if (!next) return false;
  if (document.querySelector('#content.opened') && document.querySelector('#rows a[aria-current]')) next.click();
  if (next.checkVisibility()) {
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }
  return true;
}

/** The row with the focus, else the one that is open. */
function here() {
  const focused = document.activeElement?.closest('#rows > li')?.querySelector('a');
  return focused ?? document.querySelector('#rows a[aria-current]');
}
