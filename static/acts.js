// Sends the forms that do something with messages (`data-act`) without leaving the page, and says what can be undone.
// What the server answers is the page that a browser without this would go to: the reader is taken from it where it
// should change. An answer that refuses is the browser's own to show.

import { putReader } from './column.js';
import { renew } from './list.js';
import { notice, silence } from './notice.js';
import { clear, selected } from './picking.js';

const UNDO = 55_000; // ms that a deletion can be undone from the page: the server forgets it after a minute

const sending = new WeakSet(); // buttons whose answer has not come: a second click sends nothing
let plainly = false;

export function actQuietly() {
  document.addEventListener('toggle', focusField, { capture: true });
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('[data-act]') || event.defaultPrevented || plainly) return;
    const data = new FormData(event.target, event.submitter);
    if (event.target.matches('#picked')) addFar(event.target, data);
    if (['export', 'compare'].includes(data.get('action'))) return; // a download leaves the page where it is, a comparison is another
    event.preventDefault();
    if (!sending.has(event.submitter ?? event.target)) send(event.target, event.submitter, data);
  });
}

function focusField(event) {
  if (event.target.matches('.tagging[open]')) event.target.querySelector('input').focus();
}

async function send(form, submitter, data) {
  const headers = { Accept: 'text/html', 'HX-Target': 'content' };
  const asked = { method: 'POST', body: new URLSearchParams(data), headers };
  sending.add(submitter ?? form);
  const answer = await fetch(form.getAttribute('action'), asked).catch(() => null); // the server is away
  sending.delete(submitter ?? form);
  if (!answer?.ok) {
    plainly = true;
    form.requestSubmit(submitter);
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (form.closest('#notice')) silence();
  const undo = fresh.querySelector('form.notice');
  undo?.remove();
  if (undo) notice(document.adoptNode(undo), UNDO);
  if (data.get('action') === 'delete') clear();
  for (const menu of document.querySelectorAll('.tagging[open]')) menu.open = false;
  if (changesReader(form, data, fresh)) showReader(fresh, new URL(answer.url));
  renew();
}

/** Rows that are selected and not in the document have no box in the form. */
function addFar(form, data) {
  for (const field of form.querySelectorAll('[data-far]')) field.remove();
  const { all, ids } = selected();
  if (all) return;
  const near = new Set(data.getAll('id'));
  for (const id of ids.map(String)) {
    if (near.has(id)) continue;
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name: 'id', value: id });
    field.dataset.far = '';
    form.append(field);
    data.append('id', id);
  }
}

function changesReader(form, data, fresh) {
  if (form.closest('#content')) return true;
  const { message } = document.getElementById('content').dataset;
  if (form.matches('.notice')) return 'message' in fresh.getElementById('content').dataset;
  return data.get('action') === 'delete' && message && (data.has('all') || data.getAll('id').includes(message));
}

function showReader(fresh, address) {
  putReader(fresh.getElementById('content'));
  for (const name of ['deleted', 'opened']) address.searchParams.delete(name);
  const to = address.pathname + address.search;
  if (to !== location.pathname + location.search) history.pushState({ htmx: true }, '', to);
  document.title = fresh.title;
  document.dispatchEvent(new CustomEvent('pillarbox:content'));
}
