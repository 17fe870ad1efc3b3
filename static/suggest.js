// Suggests what can stand at the caret of a search field, as the server says it, and in an empty field the searches that
// were saved or made last: a combobox with a list (ARIA 1.2). The arrows choose, Enter, Tab and → take over, Escape
// closes. `pillarbox:read` on the field says what the server makes of the query: `wrong` is why it cannot be read,
// `short` that the word at the caret is too short to be looked for before Enter.

import { addressOf, forget, recent, saved } from './searches.js';

const PAUSE = 60; // ms in which nothing is typed, before the server is asked
const NARROWEST = 400; // px
const GAP = 4; // px between the field and the list

let list = null;
let active = null;
let timer = null;
let asked = null;

export function suggestions() {
  const fields = document.querySelectorAll('[data-suggest]');
  if (fields.length === 0) return;
  list = document.createElement('ul');
  Object.assign(list, { id: 'suggestions', className: 'suggestions', popover: 'manual' });
  list.setAttribute('role', 'listbox');
  for (const field of fields) {
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-expanded', 'false');
    field.setAttribute('aria-controls', list.id);
    field.form.append(list);
    field.addEventListener('input', () => {
      activate(field, null); // it was chosen for what stood there before
      soon(field);
    });
    field.addEventListener('focus', () => field.value || soon(field));
    field.addEventListener('click', () => field.value || isOpen() || soon(field));
    field.addEventListener('blur', () => close(field));
    field.addEventListener('keydown', (event) => press(field, event));
  }
  list.addEventListener('pointerdown', (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) choose(document.activeElement, option);
  });
  addEventListener('scroll', (event) => isOpen() && event.target !== list && place(document.activeElement), { capture: true, passive: true });
}

const isOpen = () => list.matches(':popover-open');

function soon(field) {
  clearTimeout(timer);
  timer = setTimeout(() => ask(field).catch(() => close(field)), PAUSE); // a server that is away suggests nothing
}

/** Resolves to what the server makes of the field, null when it was asked again meanwhile. `show` is whether suggestions
    are shown: where there is something to suggest for when it is left out. */
export async function ask(field, { show } = {}) {
  clearTimeout(timer);
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const { value } = field;
  const address = new URL(field.dataset.suggest, location.href);
  address.searchParams.set('q', value);
  address.searchParams.set('at', [...value.slice(0, field.selectionStart)].length); // characters, as the server counts
  let text;
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html' }, signal });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    text = await answer.text();
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
  const fresh = new DOMParser().parseFromString(text, 'text/html');
  const words = fresh.querySelector('ul');
  fill(field, words, show);
  const detail = { value, wrong: fresh.querySelector('.wrong'), short: 'short' in words.dataset };
  field.dispatchEvent(new CustomEvent('pillarbox:read', { bubbles: true, detail }));
  return detail;
}

function fill(field, words, show) {
  const { start, end, begun } = words.dataset;
  Object.assign(list.dataset, { start, end, value: field.value });
  list.toggleAttribute('data-begun', begun !== undefined);
  const options = [...(field.value ? [] : own(field, '')), ...words.children, ...(field.value ? own(field, field.value) : [])];
  list.replaceChildren(...options);
  options.forEach((option, number) => {
    option.id = `suggestion-${number}`;
  });
  activate(field, options.find((option) => same(option, active)) ?? null);
  if (options.length && document.activeElement === field && (show ?? (!field.value || start !== end))) open(field);
  else close(field);
}

/** Searches of the reader's own: all of them in an empty field, else those that begin with what stands there. */
function own(field, begun) {
  if (!('liveSearch' in field.form.dataset)) return [];
  const fits = (q) => q !== begun && q.toLowerCase().startsWith(begun.toLowerCase());
  const { saved: kept, recent: made, forget: away } = field.dataset;
  const named = begun ? [] : saved().map((one) => line(one.name, kept, { address: addressOf(one) }));
  const last = recent().filter(fits).map((q) => line(q, made, { query: q }));
  return [...named, ...(begun ? last.slice(0, 3) : last), ...(begun || !last.length ? [] : [line(away, '', { forget: '' })])];
}

function line(text, note, data) {
  const option = document.createElement('li');
  option.setAttribute('role', 'option');
  for (const [name, words] of [['term', text], ['meaning', note]]) {
    const part = document.createElement('bdi');
    part.className = name;
    part.textContent = words;
    if (words) option.append(part, ' ');
  }
  Object.assign(option.dataset, data);
  return option;
}

function open(field) {
  list.setAttribute('aria-label', field.dataset.label);
  if (list.parentElement !== field.form) field.form.append(list);
  if (!isOpen()) list.showPopover();
  list.scrollTop = 0;
  field.setAttribute('aria-expanded', 'true');
  place(field);
}

export function close(field) {
  activate(field, null);
  field.setAttribute('aria-expanded', 'false');
  if (isOpen()) list.hidePopover();
}

function place(field) {
  const at = field.getBoundingClientRect();
  const width = Math.min(Math.max(at.width, NARROWEST), innerWidth - 2 * GAP);
  list.style.width = `${width}px`;
  list.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
  list.style.top = `${at.bottom + GAP}px`;
  list.style.maxHeight = `${Math.max(120, innerHeight - at.bottom - 4 * GAP)}px`;
}

function activate(field, option) {
  active?.removeAttribute('aria-selected');
  active = option;
  if (!option) {
    field.removeAttribute('aria-activedescendant');
    return;
  }
  option.setAttribute('aria-selected', 'true');
  option.scrollIntoView({ block: 'nearest' });
  field.setAttribute('aria-activedescendant', option.id);
}

function press(field, event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const { key } = event;
  const options = [...list.children];
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    event.preventDefault();
    if (!isOpen()) ask(field, { show: true }).catch(() => close(field));
    else if (key === 'ArrowDown') activate(field, options[options.indexOf(active) + 1] ?? null);
    else activate(field, active ? options[options.indexOf(active) - 1] ?? null : options.at(-1));
  } else if (isOpen() && key === 'Escape') {
    event.preventDefault(); // the browser would empty the field
    close(field);
  } else if (key === 'Enter' && active) {
    event.preventDefault();
    choose(field, active);
  } else if (key === 'Tab' && !event.shiftKey && isOpen() && (active || 'begun' in list.dataset)) {
    event.preventDefault();
    choose(field, active);
  } else if (key === 'ArrowRight' && active && field.selectionEnd === field.value.length) {
    event.preventDefault();
    choose(field, active);
  }
}

/** Take an option over, the first one for null; of what suits the field as it is now, where typing outran the server. */
async function choose(field, option) {
  try {
    if (list.dataset.value !== field.value && !(await ask(field))) return;
  } catch {
    close(field);
    return;
  }
  const found = option ? [...list.children].find((one) => same(one, option)) : 'begun' in list.dataset && list.firstElementChild;
  if (found) take(field, found);
}

function same(one, other) {
  return Boolean(other) && ['text', 'query', 'address', 'forget'].every((name) => one.dataset[name] === other.dataset[name]);
}

function take(field, option) {
  const { address, query, text, goesOn } = option.dataset;
  if (address !== undefined) {
    location.assign(address);
  } else if (query !== undefined) {
    field.value = query;
    close(field);
    field.form.requestSubmit();
  } else if ('forget' in option.dataset) {
    forget();
    soon(field);
  } else {
    const letters = [...field.value];
    const before = letters.slice(0, Number(list.dataset.start)).join('') + text;
    const after = letters.slice(Number(list.dataset.end)).join('');
    const space = goesOn !== undefined || after.startsWith(' ') ? '' : ' ';
    field.value = before + space + after;
    const caret = before.length + space.length;
    field.setSelectionRange(caret, caret);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
