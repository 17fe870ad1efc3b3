// The searches that the reader has made last and those that have a name; both stay in this browser. The named ones
// stand in the rail, on every page.

import { get, set } from './settings.js';

const MOST = 10; // searches that are remembered

export const recent = () => list('recent').filter((q) => typeof q === 'string');
export const saved = () => list('saved').filter((one) => typeof one?.q === 'string' && typeof one.name === 'string');

function list(name) {
  const found = get(name, []);
  return Array.isArray(found) ? found : [];
}

export function remember(q) {
  if (q) set('recent', [q, ...recent().filter((one) => one !== q)].slice(0, MOST));
}

export function forget() {
  set('recent', undefined);
}

/** Where a saved search leads. */
export function addressOf({ q, inbox }) {
  const { root } = document.documentElement.dataset;
  return `${root}${inbox ? `inboxes/${encodeURIComponent(inbox)}` : ''}?${new URLSearchParams({ q })}`;
}

export function savedSearches() {
  draw();
  addEventListener('pillarbox:setting', draw);
  addEventListener('storage', draw);
  document.addEventListener('pillarbox:list', draw);
  document.addEventListener('input', (event) => event.target.dataset.does === 'search' && draw());
  document.addEventListener('click', (event) => {
    const does = event.target.closest?.('[data-does]')?.dataset.does;
    if (does === 'save-search') toggle();
    if (does === 'remove-search') {
      set('saved', saved().filter((one) => !isThis(one)));
      toggle(false);
    }
  });
  document.addEventListener('submit', (event) => {
    if (event.target.id !== 'keep') return;
    event.preventDefault();
    const named = { name: event.target.elements.name.value.trim(), ...present() };
    set('saved', [...saved().filter((one) => !isThis(one) && one.name !== named.name), named]);
    toggle(false);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && event.target.closest?.('#keep')) toggle(false);
  });
}

const field = () => document.querySelector('[data-does="search"]');
const present = () => ({ q: field()?.value.trim() ?? '', inbox: field()?.dataset.inbox ?? '' });

function isThis(one) {
  const { q, inbox } = present();
  return one.q === q && (one.inbox ?? '') === inbox;
}

/** Open or close the form that names what stands in the field. */
function toggle(open = document.getElementById('keep').hidden) {
  const form = document.getElementById('keep');
  const { name } = form.elements;
  form.hidden = !open;
  document.querySelector('[data-does="save-search"]').setAttribute('aria-expanded', open);
  if (!open) {
    field().focus({ preventScroll: true });
    return;
  }
  name.value = saved().find(isThis)?.name ?? present().q.slice(0, name.maxLength);
  name.focus();
  name.select();
}

function draw() {
  const place = document.getElementById('saved');
  if (!place) return;
  place.hidden = saved().length === 0;
  place.querySelector('ul').replaceChildren(...saved().map(line));
  const mark = saved().some(isThis);
  document.querySelector('[data-does="save-search"]')?.classList.toggle('on', mark);
  document.querySelector('[data-does="remove-search"]')?.toggleAttribute('hidden', !mark);
}

function line(one) {
  const [item, link, name, words] = ['li', 'a', 'span', 'bdi'].map((tag) => document.createElement(tag));
  words.textContent = one.name;
  name.className = 'name';
  name.append(words);
  link.href = addressOf(one);
  link.title = one.q;
  if (isThis(one)) link.setAttribute('aria-current', 'page');
  link.append(name);
  item.append(link);
  return item;
}
