// The list of messages: it goes on as far as somebody scrolls, new mail comes in without moving what is read, and what
// changes elsewhere changes here. `pieces.js` has its rows, `picking.js` what is selected of them.

import { act, does } from './keys.js';
import { alsoRefresh, refreshSoon } from './live.js';
import { clear, cleared, pickRows, toggle, toggleAll } from './picking.js';
import * as pieces from './pieces.js';

let rows = null;
let seen = 0; // the newest message when the reader was last at the top
let drawing = 0;
let wasShown = true;
let stood = 0; // px down the list when it was last in view
let gone = ''; // the message that is open and has been deleted

/** Returns whether this page has one. */
export function list() {
  if (!pieces.takeRows()) return false;
  rows = document.getElementById('rows');
  seen = pieces.newest();
  pieces.dressRows(markOpen);
  pieces.keepRows(isBeingRead);
  pickRows();
  alsoRefresh(async () => {
    // A tab that nobody looks at draws no rows, so it gathers none: however much has come, it shows a page of it then.
    if (document.hidden) return;
    await pieces.refresh();
    tellNewer();
    soon(); // what had to wait for it
  });
  document.addEventListener('pillarbox:event', (event) => heard(event.detail));
  document.addEventListener('scroll', soon, { capture: true, passive: true });
  document.addEventListener('pillarbox:content', opened);
  document.addEventListener('keydown', jump);
  document.addEventListener('htmx:beforeRequest', ({ detail }) => {
    const row = detail.elt.closest('#rows .row');
    if (row) markAs(String(pieces.idOf(row))); // before its being read is told
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('#newer')) goTo('Home');
  });
  document.addEventListener('pillarbox:list', () => {
    clear();
    pieces.takeRows();
    rows = document.getElementById('rows');
    seen = pieces.newest();
    soon();
  });
  document.addEventListener('visibilitychange', () => document.hidden || refreshSoon());
  addEventListener('resize', soon);
  addEventListener('pageshow', (event) => event.persisted && renew());
  doByKeys();
  wasShown = pieces.shown();
  soon();
  return true;
}

function doByKeys() {
  does('next', () => move(1));
  does('previous', () => move(-1));
  does('open', open);
  does('close', close);
  does('pick', pick);
  does('extend-next', () => extend(1));
  does('extend-previous', () => extend(-1));
  does('select-all', toggleAll);
  // With nothing selected it is the open message that is taken out.
  does('export', () => !document.getElementById('picked').checkVisibility() && act('download'));
  does('older', () => goTo('End'));
}

/** Ask for all rows anew. */
export function renew() {
  if (rows) pieces.spoil();
  refreshSoon();
}

/** Go to the row below (1) or above (-1): the focus goes there, and where a message is open, that one is opened. */
async function move(step, opening = true) {
  if (!rows) return;
  const here = cursor();
  const next = here ? await beside(here, step) : firstInView();
  if (!next) return;
  const link = next.querySelector('a');
  if (opening && rows.dataset.selected) link.click();
  if (!pieces.shown()) return;
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

/** Open the message of the row that has the focus. */
function open() {
  cursor()?.querySelector('a').click();
}

/** Close the message that is open; beside the list its link back is not seen. */
function close() {
  const back = document.querySelector('#content .back');
  back?.click();
  return Boolean(back);
}

/** Select the row that has the focus, or let go of it. */
function pick() {
  const here = cursor();
  if (here) toggle(pieces.idOf(here));
}

/** Select the row below (1) or above (-1) as well; going back lets go of rows again. */
async function extend(step) {
  const from = cursor();
  await move(step, false);
  const to = cursor();
  if (!from || !to || from === to) return;
  const isPicked = (row) => row.querySelector('input').checked;
  const back = isPicked(from) && isPicked(to);
  toggle(pieces.idOf(from), !back);
  if (!back) toggle(pieces.idOf(to), true);
}

/** The row that keys act on: it has the focus, or its message is open. */
function cursor() {
  const focused = document.activeElement?.closest?.('#rows .row');
  return focused ?? rows?.querySelector('.row:has([aria-current])') ?? null;
}

async function beside(row, step) {
  const key = row.dataset.key;
  let all = pieces.drawnRows();
  if (step > 0 && row === all.at(-1)) {
    await pieces.loadOlder();
    all = pieces.drawnRows();
  }
  return all[all.findIndex((one) => one.dataset.key === key) + step] ?? null;
}

function firstInView() {
  const top = pieces.scroller().getBoundingClientRect().top;
  return pieces.drawnRows().find((row) => row.getBoundingClientRect().top >= Math.max(0, top)) ?? null;
}

/** Home leads to the newest message, End to the last one that there is so far, and to those behind it. */
function jump(event) {
  if ((event.key !== 'Home' && event.key !== 'End') || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (!event.target.closest?.('#rows') || event.target.matches('input[type="text"]')) return;
  event.preventDefault();
  goTo(event.key);
}

async function goTo(key) {
  const newest = document.querySelector('#bar [data-newest]');
  if (key === 'Home' && newest) {
    newest.click();
    return;
  }
  const place = pieces.scroller();
  place.scrollTop = key === 'Home' ? 0 : place.scrollHeight;
  await pieces.settle();
  const all = pieces.drawnRows();
  all.at(key === 'Home' ? 0 : -1)?.querySelector('a').focus({ preventScroll: true });
}

function heard({ kind, ids }) {
  if (kind === 'reset') {
    pieces.spoil();
  } else if (kind.startsWith('message.')) {
    const isOpen = ids.some((id) => rows.dataset.selected === String(id));
    if (isOpen) sayGone(kind === 'message.deleted');
    if (kind === 'message.deleted') cleared(ids);
    pieces.spoil(ids);
  }
}

/** What is read may be deleted elsewhere, and brought back. */
function sayGone(isGone) {
  gone = isGone ? rows.dataset.selected : '';
  const place = document.getElementById('gone');
  if (place) place.textContent = isGone ? place.dataset.words : '';
}

function isBeingRead(id) {
  return rows.dataset.selected === String(id) && gone !== String(id);
}

function markOpen(row) {
  const link = row.querySelector('a');
  if (rows.dataset.selected === String(pieces.idOf(row))) link.setAttribute('aria-current', 'true');
  else link.removeAttribute('aria-current');
}

/** The message that is open, or about to be. */
export function markAs(id) {
  if (!rows) return;
  rows.dataset.selected = id;
  for (const row of pieces.drawnRows()) markOpen(row);
}

function soon() {
  if (drawing) return;
  drawing = requestAnimationFrame(() => {
    drawing = 0;
    if (!pieces.shown()) return;
    if (wasShown) stood = pieces.scroller().scrollTop; // else it has just come back, and `opened` puts it there
    tellNewer();
    pieces.settle().catch(() => {}); // the server is away: the next scroll asks again
  });
}

function tellNewer() {
  const button = document.getElementById('newer');
  if (pieces.shown() && pieces.atTop()) seen = Math.max(seen, pieces.newest());
  const count = pieces.newerThan(seen);
  button.hidden = count === 0;
  button.textContent = button.dataset.words.replace('{n}', count.toLocaleString(document.documentElement.lang));
}

/** On a narrow screen the list makes room for the reader, and stands where it stood when it comes back. */
function opened() {
  gone = '';
  const isShown = pieces.shown();
  if (isShown !== wasShown) {
    if (isShown) pieces.scroller().scrollTop = stood;
    else scrollTo(0, 0);
    wasShown = isShown;
  }
  soon();
}
