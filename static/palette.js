// Does anything by its name: the commands of this page, the places of the rail, and else a search for what was typed.

import { act, can, closedOutside, does } from './keys.js';

const MOST = 12;

let dialog = null;
let field = null;
let list = null;
let options = [];

export function palette() {
  dialog = document.getElementById('palette');
  if (!dialog) return;
  field = dialog.querySelector('input');
  list = dialog.querySelector('ul');
  does('palette', open);
  dialog.addEventListener('click', closedOutside);
  field.addEventListener('input', offer);
  field.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((chosen() + step + list.children.length) % list.children.length);
    else if (event.key === 'Enter') run(chosen());
    else return;
    event.preventDefault();
  });
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role=option]');
    if (option) run([...list.children].indexOf(option));
  });
}

function open() {
  options = [...commands(), ...places()];
  field.value = '';
  offer();
  dialog.showModal();
}

function commands() {
  return [...document.querySelectorAll('#keys [data-command]')]
    .filter(({ dataset }) => dataset.command !== 'palette' && can(dataset.command))
    .map((row) => ({
      words: row.querySelector('dd').textContent,
      keys: row.querySelector('dt'),
      run: () => act(row.dataset.command),
    }));
}

function places() {
  return [...document.querySelectorAll('#rail a:not([data-does])')].map((link) => ({
    words: link.querySelector('.name').textContent,
    run: () => link.click(),
  }));
}

function offer() {
  const typed = field.value.trim().toLowerCase();
  const found = options.filter((one) => fits(one.words.toLowerCase(), typed)).slice(0, MOST);
  list.replaceChildren(...found.map(drawn));
  list.nextElementSibling.hidden = found.length > 0 || !typed;
  mark(0);
}

/** Whether each typed word begins a word of it. */
function fits(words, typed) {
  return typed.split(/\s+/).every((one) => words.startsWith(one) || words.includes(` ${one}`));
}

function drawn(option, at) {
  const item = document.createElement('li');
  item.id = `palette-${at}`;
  item.setAttribute('role', 'option');
  item.append(option.words);
  if (option.keys) item.append(...[...option.keys.children].map((key) => key.cloneNode(true)));
  item.option = option;
  return item;
}

function chosen() {
  return [...list.children].findIndex((one) => one.getAttribute('aria-selected') === 'true');
}

function mark(at) {
  [...list.children].forEach((one, number) => one.setAttribute('aria-selected', String(number === at)));
  const option = list.children[at];
  if (option) field.setAttribute('aria-activedescendant', option.id);
  else field.removeAttribute('aria-activedescendant');
  option?.scrollIntoView({ block: 'nearest' });
}

function run(at) {
  const typed = field.value.trim();
  const option = list.children[at]?.option;
  dialog.close();
  if (option) option.run();
  else if (typed) {
    const address = new URL(document.documentElement.dataset.root, location.href);
    address.searchParams.set('q', typed);
    location.assign(address);
  }
}
