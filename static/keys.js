// What can be done by a key. The table is in the page (_keys.html): a row names keys and what they do, which is to click
// the first element that is seen and has that name in `data-does`, unless a module has said that it does so itself.

const PAUSE = 1500; // ms within which the second key of two must come

const own = new Map();
let before = '';
let timer = null;

/** Have `run` called for that name, by keys and by clicks; it returns false where it could do nothing. */
export function does(name, run) {
  own.set(name, run);
}

/** Do what has that name; returns whether there was anything to do. */
export function act(name) {
  if (own.has(name) && own.get(name)() !== false) return true;
  const found = target(name);
  if (found?.matches('input, textarea, select')) {
    found.focus();
    found.select?.();
  } else if (found) {
    if (!seen(found)) found.closest('details').open = true;
    found.click();
    if (found.matches('summary')) found.focus();
  }
  return Boolean(found);
}

/** Whether there is something to do by that name on this page. */
export function can(name) {
  return Boolean(target(name)) || own.has(name);
}

/** What is in a closed menu (menu.js) counts as well: the menu is opened for it. */
function target(name) {
  return [...document.querySelectorAll(`[data-does="${name}"]`)].find(
    (one) => !one.disabled && (seen(one) || seen(one.closest('details.menu:not([open])'))),
  );
}

function seen(element) {
  return Boolean(element?.checkVisibility({ visibilityProperty: true }));
}

export function keys() {
  does('keys', () => document.getElementById('keys').showModal());
  document.addEventListener('keydown', pressed);
  document.addEventListener('click', (event) => {
    const run = own.get(event.target.closest?.('button[data-does]')?.dataset.does);
    if (run && run() !== false) event.preventDefault();
  });
  document.getElementById('keys')?.addEventListener('click', closedOutside);
}

/** A click on what is around a dialog closes it. */
export function closedOutside(event) {
  if (event.target === event.currentTarget) event.currentTarget.close();
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const { target: place } = event;
  if (place.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')) {
    if (event.key === 'Escape') place.blur();
    return;
  }
  if (event.altKey || document.querySelector('dialog[open]')) return;
  const key = event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key;
  if (key === 'Enter' && place.matches('a, button, summary, input')) return; // it does so by itself
  const name = named(before ? `${before} ${key}` : key);
  clearTimeout(timer);
  if (name && act(name)) {
    event.preventDefault();
    before = '';
  } else if (!before && begins(key)) {
    before = key;
    timer = setTimeout(() => (before = ''), PAUSE);
  } else if (!event.shiftKey || event.key !== 'Shift') before = '';
}

function table() {
  return [...document.querySelectorAll('#keys [data-command]')].flatMap(({ dataset }) =>
    dataset.keys.split(' or ').map((keys) => [keys, dataset.command]),
  );
}

function named(keys) {
  return table().find(([one]) => one === keys)?.[1];
}

function begins(key) {
  return table().some(([one]) => one.startsWith(`${key} `));
}
