// Goes through a list of sessions by keys: the focus is on a row. The list of messages does more (list.js).

import { does } from './keys.js';

const ROWS = '#rows > :not(.day, .empty, .more) > a';

export function rowKeys() {
  does('next', () => move(1));
  does('previous', () => move(-1));
  does('open', () => here()?.click());
}

function move(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  const at = rows.indexOf(here());
  const next = at < 0 ? rows[0] : rows[at + step];
  if (!next) return false;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function here() {
  return document.activeElement?.closest('#rows > li')?.querySelector('a');
}
