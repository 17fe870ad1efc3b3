// Follows an open session line by line, while its page is seen: a stream of its own, closed when the tab is hidden, so
// that tabs in the background hold no connection (a browser opens six to one server, and all tabs share one for the rest).
//
// A line stands here the moment it has crossed, as text. A second later the store has it too, and the page's refresh
// puts the server's own row in its place, with its explanations (rows `ahead` of the store: see live.js).

import { onRefresh, refreshSoon } from './live.js';

const STORED = 1100; // ms: the lines of an open session are in the store a second after they crossed, at most

let source = null;
let timer = null;

export function watchSession() {
  settle();
  document.addEventListener('visibilitychange', settle);
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => event.persisted && settle());
  onRefresh(() => {
    settle();
    if (document.querySelector('#transcript .ahead')) catchUp();
  });
}

function settle() {
  const { follow } = document.documentElement.dataset;
  if (!follow || document.hidden) {
    close();
  } else if (!source || source.readyState === EventSource.CLOSED) {
    source = new EventSource(follow);
    source.onopen = catchUp; // what crossed between the page and the stream
    source.addEventListener('session.entry', (event) => add(JSON.parse(event.data).entry));
    source.addEventListener('session.closed', refreshSoon);
    source.addEventListener('reset', refreshSoon);
  }
}

function close() {
  source?.close();
  source = null;
}

function catchUp() {
  if (timer !== null) return;
  refreshSoon();
  timer = setTimeout(() => {
    timer = null;
    refreshSoon();
  }, STORED);
}

function add(entry) {
  const region = document.getElementById('transcript');
  const rows = region.querySelector('tbody');
  if (entry.seq >= Number(region.dataset.room) || document.getElementById(`e${entry.seq}`)) {
    catchUp();
    return;
  }
  const before = rows.lastElementChild;
  const followed = before && seen(before);
  const row = drawn(entry, before);
  rows.append(row);
  if (followed && !seen(row)) row.scrollIntoView({ block: 'nearest' });
  catchUp();
}

function drawn(entry, before) {
  const row = document.getElementById('row-ahead').content.firstElementChild.cloneNode(true);
  const [at, since, side, line] = row.children;
  row.id = row.dataset.key = `e${entry.seq}`;
  row.classList.add(entry.side);
  at.firstElementChild.href = `#${row.id}`;
  row.dataset.us = entry.at_us;
  at.firstElementChild.textContent = said(Math.round(entry.at_us / 1000) / 1000, 3);
  if (before) since.textContent = sinceBefore(entry.at_us - Number(before.dataset.us));
  side.textContent = { client: 'C', server: 'S' }[entry.side] ?? '·';
  line.firstElementChild.textContent = entry.kind === 'data' ? row.dataset.content.replace('{}', said(entry.bytes)) : entry.text;
  if (entry.side === 'server' && entry.code >= 400) row.classList.add('bad');
  return row;
}

/** As the server says it: `+1,001`, `+0.3`, `−7`. */
function sinceBefore(us) {
  const far = Math.abs(us);
  const ms = far < 9950 ? Math.round(far / 100) / 10 : Math.round(far / 1000);
  return (us < 0 && ms > 0 ? '−' : '+') + said(ms);
}

/** A number in the language of the page, or one without groups and with so many digits behind the point. */
function said(number, digits) {
  const form = digits && { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false };
  return number.toLocaleString(document.documentElement.lang, form);
}

function seen(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return bottom <= innerHeight && top >= 0;
}
