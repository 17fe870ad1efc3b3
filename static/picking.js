// What is selected of a list: rows whose box is ticked, by mouse, by keys, or all that the list has. Kept by number,
// because rows come and go; the bar of the list makes room for what can be done with them.

import { dressRows, drawnRows, idOf, idsBetween } from './pieces.js';

const picked = new Set();
let all = false;
let last = null; // the one that a range begins at

export function pickRows() {
  dressRows(tick);
  document.addEventListener('click', clicked, { capture: true });
  document.addEventListener('keydown', (event) => {
    // Enter in a box would send the form with its first button.
    if (event.key === 'Enter' && event.target.matches?.('.pick input, .bar .all input')) event.preventDefault();
  });
  document.addEventListener('reset', (event) => {
    if (!event.target.matches('#picked')) return;
    event.preventDefault();
    clear();
  });
  document.addEventListener('change', (event) => {
    if (!event.target.matches('#picked [name="all"]')) return;
    all = event.target.checked;
    say();
  });
  for (const row of drawnRows()) if (row.querySelector('input').checked) picked.add(idOf(row));
  say();
}

/** Select a message or let go of it; without `on` the other of the two. */
export function toggle(id, on = !isPicked(id)) {
  set([id], on);
  last = id;
}

/** Select all that the list has, or nothing. */
export function toggleAll() {
  picked.clear();
  all = !all;
  say();
}

export function clear() {
  picked.clear();
  all = false;
  say();
}

/** Those messages are not there any more. */
export function cleared(ids) {
  for (const id of ids) picked.delete(id);
  say();
}

/** What a form has to say of the selection: that it is all, or the numbers. */
export function selected() {
  return { all, ids: [...picked] };
}

function isPicked(id) {
  return all || picked.has(id);
}

function clicked(event) {
  const row = event.target.closest?.('#rows .row');
  if (!row || event.button !== 0 || event.altKey) return;
  const box = event.target.closest('.pick');
  const chosen = event.ctrlKey || event.metaKey || event.shiftKey;
  if (!box && !(chosen && event.target.closest('a'))) return;
  const id = idOf(row);
  if (event.shiftKey && last !== null) {
    range(last, id);
  } else {
    toggle(id);
  }
  last = id;
  event.stopPropagation();
  event.preventDefault();
  // A box goes back to what it was when its click is called off.
  setTimeout(say);
}

function range(from, to) {
  set(idsBetween(from, to), isPicked(from));
}

function set(ids, on) {
  if (all && !on) {
    all = false;
    for (const row of drawnRows()) picked.add(idOf(row));
  }
  for (const id of ids) {
    if (on) picked.add(id);
    else picked.delete(id);
  }
  say();
}

function tick(row) {
  row.querySelector('.pick input').checked = isPicked(idOf(row));
}

function say() {
  const form = document.getElementById('picked');
  const words = form.querySelector('output');
  const total = form.querySelector('.all span').textContent;
  form.elements.all.checked = all;
  words.textContent = all ? '' : words.dataset.words.replace('{n}', picked.size.toLocaleString(document.documentElement.lang));
  form.querySelector('.all').classList.toggle('on', all);
  form.querySelector('.all').title = total;
  document.getElementById('list').toggleAttribute('data-picking', all || picked.size > 0);
  for (const row of drawnRows()) tick(row);
}
