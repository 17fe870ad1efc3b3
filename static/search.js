// Searches mail: on Enter, and while it is typed, when nothing was typed for a moment and the query can be read. The
// address follows; what was typed in one go is one step back. A query that cannot be read is explained below the field
// and nothing else moves.

import { showList } from './column.js';
import { remember } from './searches.js';
import { ask, close } from './suggest.js';

const PAUSE = 250; // ms in which nothing is typed

let timer = null;
let from = null; // the address before the search that is being typed

export function searchMail() {
  document.addEventListener('pillarbox:read', ({ target, detail }) => 'liveSearch' in target.form.dataset && read(target, detail));
  document.addEventListener('submit', (event) => {
    if (!('liveSearch' in event.target.dataset)) return;
    event.preventDefault();
    submit(event.target.elements.q);
  });
  document.addEventListener('change', (event) => event.target.dataset.does === 'search' && from !== null && settle(event.target));
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-query]');
    const field = document.querySelector('[data-live-search] [name="q"]');
    if (!link || !field || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    field.value = link.dataset.query;
    field.focus();
    submit(field);
  });
  document.addEventListener('pillarbox:list', (event) => takeField(event.detail.page));
}

/** While it is typed. What is wrong at the caret is only not finished. */
function read(field, { value, wrong, short }) {
  clearTimeout(timer);
  if (field.value !== value) return;
  if (!wrong) {
    explain(field, null);
    if (!short) timer = setTimeout(() => value === field.value && show(field).catch(away), PAUSE);
  } else {
    const at = [...value.slice(0, field.selectionStart)].length;
    const unfinished = document.activeElement === field && at >= Number(wrong.dataset.from) && at <= Number(wrong.dataset.to);
    timer = setTimeout(() => explain(field, unfinished ? null : wrong), PAUSE);
  }
}

/** Nothing is shown then; the sign in the rail says it, and Enter has the browser say it. */
function away() {}

async function submit(field) {
  clearTimeout(timer);
  close(field);
  if (shown(field)) {
    settle(field);
    return;
  }
  try {
    const found = await ask(field, { show: false });
    clearTimeout(timer);
    if (!found) return;
    explain(field, found.wrong);
    if (!found.wrong && (await show(field))) settle(field);
  } catch {
    field.form.submit(); // the browser says what is the matter with the server
  }
}

function explain(field, wrong) {
  const place = document.getElementById('wrong');
  place.replaceChildren(...(wrong?.cloneNode(true).childNodes ?? []));
  if (wrong) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

/** Show what the query finds, beside the message that is open. */
async function show(field) {
  if (shown(field)) return true;
  const address = addressOf(field);
  if (!(await showList(address))) return false;
  from ??= location.href;
  history.replaceState({ htmx: true }, '', address);
  return true;
}

/** Whether what the query finds stands there already. */
function shown(field) {
  return addressOf(field) === location.pathname + location.search && !field.hasAttribute('aria-invalid');
}

function addressOf(field) {
  const opened = document.getElementById('content').dataset.message;
  const address = new URL(opened ? location.href : field.form.action);
  address.searchParams.set('q', field.value.trim());
  if (!field.value.trim()) address.searchParams.delete('q');
  address.searchParams.delete('before');
  return address.pathname + address.search;
}

/** The search is done: from here, Back leads to where it began. */
function settle(field) {
  const here = location.href;
  if (from !== null && from !== here) {
    history.replaceState({ htmx: true }, '', from);
    history.pushState({ htmx: true }, '', here);
  }
  from = null;
  remember(field.value.trim());
}

/** The field is that of the list that is shown now; what the reader is typing stays. */
function takeField(page) {
  const [field, fresh] = [document, page].map((one) => one.querySelector('[data-live-search] [name="q"]'));
  field.form.action = fresh.form.action;
  for (const name of ['placeholder', 'aria-label', 'data-suggest', 'data-inbox']) field.setAttribute(name, fresh.getAttribute(name));
  if (document.activeElement === field) return;
  field.value = fresh.value;
  explain(field, fresh.hasAttribute('aria-invalid') ? page.getElementById('wrong') : null);
}
