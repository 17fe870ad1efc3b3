// The rows of a list, a piece of a page's length at a time. Pieces far from the view leave the document and keep only
// their place: a gap as high as they were, until the reader comes near again and they are fetched anew. So the document
// stays small however far somebody scrolls.
//
// A piece has the messages with ids below `before` (null: no bound) down to `end`, which is the `before` of the next one
// (null: down to the last). `nodes` are its rows and headings while it is drawn, else null.

const NEAR = 1.5; // views away at which a piece is drawn
const FAR = 4; // views away at which it leaves
const FULL = 50; // rows of a page
const ROW = 74; // px, until one has been measured

let rows = null;
let pieces = [];
let more = null;
let rowHeight = ROW;
let isKept = () => false; // of an id
let sought = null; // the key of a row that is to be in view, and where
const dressers = [];
const asked = new Set();

/** Take the rows of the page over, or those of another list in their place; false where it has no list of messages. */
export function takeRows() {
  rows = document.querySelector('#list #rows');
  if (!rows) return false;
  asked.clear();
  more = rows.querySelector('.more');
  const nodes = [...rows.children].filter((node) => node !== more);
  pieces = [piece(number(rows.dataset.before), number(rows.dataset.older), nodes)];
  for (const dress of dressers) for (const row of drawnRows()) dress(row);
  return true;
}

/** Have `dress(row)` called for each row that comes into the document. */
export function dressRows(dress) {
  dressers.push(dress);
  for (const row of drawnRows()) dress(row);
}

/** Have the row of a message stay, although the list has it no longer, while `stays(id)` says so. */
export const keepRows = (stays) => { isKept = stays; };

export function drawnRows() {
  return [...rows.querySelectorAll('.row')];
}

export function idOf(row) {
  return Number(row.dataset.key.slice(1));
}

/** What scrolls: the list's pane, or the whole page where it is narrow. */
export function scroller() {
  const pane = rows.closest('.pane');
  return getComputedStyle(pane).overflowY === 'visible' ? document.scrollingElement : pane;
}

export function shown() {
  return rows.checkVisibility();
}

/** Whether the newest row is in view, or would be. */
export function atTop() {
  return pieces[0].before === null && view().top <= rowHeight;
}

/** The newest id that is known. */
export function newest() {
  const first = pieces.find((one) => one.newest);
  return first ? first.newest : 0;
}

/** How many messages above `id` are known. */
export function newerThan(id) {
  return pieces.reduce((sum, one) => sum + one.ids.filter((other) => other > id).length, 0);
}

/** The ids between two drawn or remembered rows, both of them too, whichever stands first. */
export function idsBetween(one, other) {
  const [low, high] = one < other ? [one, other] : [other, one];
  return pieces.flatMap((each) => each.ids).filter((id) => id >= low && id <= high);
}

function piece(before, end, nodes, height = FULL * rowHeight) {
  const made = { before, end, nodes, height, ids: [], newest: 0, stale: false };
  if (nodes) know(made);
  return made;
}

function know(one) {
  one.ids = one.nodes.filter((node) => node.matches('.row')).map(idOf);
  one.newest = one.ids[0] ?? 0;
}

function number(text) {
  return text ? Number(text) : null;
}

/** Where the view is within the rows, in px. */
function view() {
  const place = scroller();
  const top = place === document.scrollingElement ? 0 : place.getBoundingClientRect().top;
  return { top: top - rows.getBoundingClientRect().top, height: place.clientHeight };
}

/** Draw what is near, let go of what is far, load what comes next. */
export async function settle() {
  if (!shown()) return;
  measure();
  const { top, height } = view();
  const wanted = [];
  let at = 0;
  let changed = false;
  for (const one of pieces) {
    const away = Math.max(at - (top + height), top - (at + one.height), 0) / height;
    if (one.nodes && away > FAR) {
      one.nodes = null;
      changed = true;
    } else if (!one.nodes && away < NEAR && !asked.has(one)) {
      wanted.push(one);
    }
    at += one.height;
  }
  if (changed) still(draw);
  if (wanted.length) {
    await Promise.all(wanted.map((one) => load(one)));
    await settle();
    return;
  }
  const last = pieces.at(-1);
  if (last.end !== null && at - (top + height) < NEAR * height) await loadOlder();
}

/** Fetch what follows the last piece. */
export async function loadOlder() {
  const last = pieces.at(-1);
  if (last.end === null || asked.has(last)) return;
  asked.add(last);
  try {
    const found = await fetched(last.end, null);
    if (!pieces.includes(last)) return; // of a list that is gone
    const next = piece(last.end, found.older, found.nodes);
    last.end = next.before;
    pieces.push(next);
    more?.remove();
    more = found.more;
    still(draw);
  } finally {
    asked.delete(last);
  }
  await settle();
}

/** Mark those stale that have one of these ids, or all. */
export function spoil(ids) {
  for (const id of ids ?? []) {
    const top = pieces[0];
    if (top.before === null && id > newest() && top.ids.length >= FULL) {
      // A full piece stays as it is; what is new begins another.
      top.before = top.newest + 1;
      pieces.unshift(piece(null, top.before, []));
    }
    const one = pieces.find((each) => (each.before === null || id < each.before) && (each.end === null || id >= each.end));
    if (one) one.stale = true;
  }
  if (!ids) for (const one of pieces) one.stale = true;
}

/** Fetch what is stale and drawn, or new. What is not drawn is fetched when the reader comes near. */
export async function refresh() {
  const stale = pieces.filter((one) => one.stale && (one.nodes || one === pieces[0]));
  for (const one of pieces) one.stale = false;
  await Promise.all(stale.map((one) => load(one)));
}

async function load(one) {
  if (asked.has(one)) {
    one.stale = true;
    return;
  }
  asked.add(one);
  try {
    do {
      one.stale = false;
      const found = await fetched(one.before, one.end);
      if (!pieces.includes(one)) return; // of a list that is gone
      put(one, found);
    } while (one.stale);
  } catch (error) {
    one.stale = true; // the next refresh asks again
    throw error;
  } finally {
    asked.delete(one);
  }
}

async function fetched(before, end) {
  const address = new URL(document.documentElement.dataset.refresh, location.href);
  if (before !== null) address.searchParams.set('below', before);
  if (end !== null) address.searchParams.set('above', end - 1);
  const response = await fetch(address, { headers: { Accept: 'text/html', 'HX-Target': 'rows' }, cache: 'no-store' });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('rows');
  const nodes = [...fresh.children].map((node) => document.adoptNode(node));
  const last = nodes.at(-1)?.matches('.more') ? nodes.pop() : null;
  return { nodes, more: last, older: number(fresh.dataset.older) };
}

/** The fresh rows in the place of those that were there; what did not change stays the same element. */
function put(one, found) {
  const known = new Map((one.nodes ?? []).map((node) => [node.dataset.key, node]));
  const before = new Set(pieces.flatMap((each) => each.ids));
  const upto = newest();
  const nodes = found.nodes.map((node) => {
    const present = known.get(node.dataset.key);
    if (present && same(present, node)) return present;
    if (!present && node.matches('.row') && upto && idOf(node) > upto && !before.has(idOf(node))) node.classList.add('arrived');
    return node;
  });
  if (found.older !== null) {
    // More than a page has come between: the rest is a piece of its own.
    pieces.splice(pieces.indexOf(one) + 1, 0, piece(found.older, one.end, null));
    one.end = found.older;
  } else {
    keep(one.nodes ?? [], nodes);
  }
  one.nodes = nodes;
  know(one);
  still(draw);
}

/** A row that fits the search no longer stays while `isKept` says so: somebody is reading its message. */
function keep(old, nodes) {
  for (const [at, row] of old.entries()) {
    if (!row.matches('.row') || nodes.includes(row) || nodes.some((node) => node.dataset.key === row.dataset.key) || !isKept(idOf(row))) continue;
    row.classList.remove('unread');
    const next = nodes.findIndex((node) => node.matches('.row') && idOf(node) < idOf(row));
    const alone = !nodes.some((node) => node.matches('.row'));
    if (alone) nodes.splice(0, nodes.length, ...old.slice(0, at).filter((node) => node.matches('.day')).slice(-1), row);
    else nodes.splice(next < 0 ? nodes.length : next, 0, row);
  }
}

function same(present, fresh) {
  const copy = present.cloneNode(true);
  copy.classList.remove('arrived');
  copy.querySelector('[aria-current]')?.removeAttribute('aria-current');
  return copy.isEqualNode(fresh);
}

/** Change the document so that what is read stays where it is. */
function still(change) {
  const { top } = view();
  const marks = top > 1 ? visibleRows() : [];
  const focused = rows.contains(document.activeElement) ? document.activeElement : null;
  change();
  for (const [key, at] of marks) {
    const row = rows.querySelector(`[data-key="${key}"]`);
    if (!row) continue;
    const moved = row.getBoundingClientRect().top - at;
    if (moved) scroller().scrollTop += moved;
    break;
  }
  seek();
  if (focused && !focused.isConnected) {
    const id = idOf(focused.closest('[data-key]'));
    const row = rows.querySelector(`[data-key="m${id}"]`) ?? drawnRows().find((one) => idOf(one) < id) ?? drawnRows().at(-1);
    row?.querySelector(focused.matches('input') ? 'input' : 'a').focus({ preventScroll: true });
  }
}

/** The keys of the rows in view and how far down each stands. */
function visibleRows() {
  const place = scroller();
  const top = place === document.scrollingElement ? 0 : place.getBoundingClientRect().top;
  return drawnRows().map((row) => [row.dataset.key, row.getBoundingClientRect()])
    .filter(([, box]) => box.bottom > top && box.top < top + place.clientHeight)
    .map(([key, box]) => [key, box.top]);
}

function draw() {
  const wanted = [];
  let gap = 0;
  let day = null;
  const close = () => {
    if (gap > 0) wanted.push(spacer(gap));
    gap = 0;
  };
  const some = pieces.some((one) => !one.nodes || one.ids.length);
  for (const one of pieces) {
    if (!one.nodes) {
      gap += one.height;
      day = null;
      continue;
    }
    close();
    for (const node of one.nodes) {
      if (node.matches('.empty') && some) continue;
      // A piece begins with its day; below a piece of the same day that is said already.
      if (node.matches('.day')) {
        if (node.dataset.key === day) continue;
        day = node.dataset.key;
      }
      wanted.push(node);
    }
  }
  close();
  if (more) wanted.push(more);
  const arriving = wanted.filter((node) => node.parentElement !== rows);
  place(wanted);
  for (const node of arriving) {
    if (!node.matches('.row, .more')) continue;
    window.htmx?.process(node);
    if (node.matches('.row')) for (const dress of dressers) dress(node);
  }
  measure();
}

function place(wanted) {
  const keeping = new Set(wanted);
  for (const child of [...rows.children]) if (!keeping.has(child)) child.remove();
  let at = rows.firstElementChild;
  for (const node of wanted) {
    if (node === at) at = at.nextElementSibling;
    else rows.insertBefore(node, at);
  }
}

function spacer(height) {
  const gap = document.createElement('li');
  gap.className = 'gap';
  gap.setAttribute('aria-hidden', 'true');
  gap.style.height = `${height}px`;
  return gap;
}

/** Remember how high each drawn piece is: from its first row to its last, and its first heading, which may be stuck. */
function measure() {
  if (!shown()) return;
  for (const one of pieces) {
    if (!one.nodes) continue;
    const there = one.nodes.filter((node) => node.matches('.row'));
    const [first] = one.nodes;
    const heading = first?.matches('.day') && first.parentElement === rows ? first.offsetHeight : 0;
    const rest = there.length ? there.at(-1).getBoundingClientRect().bottom - there[0].getBoundingClientRect().top : 0;
    one.height = heading + rest;
  }
  const row = rows.querySelector('.row');
  if (row) rowHeight = row.getBoundingClientRect().height;
}

/** The places of all pieces and of the first row in view, to come back to (see scroll.js). */
export function places() {
  const [mark] = visibleRows();
  return { pieces: pieces.slice(0, 2000).map((one) => [one.before, one.end, Math.round(one.height)]), mark: mark ?? null };
}

/** Go back to what `places` gave, as far as the list has not changed. */
export async function goBack(kept, top) {
  const first = pieces[0];
  if (first.end !== null) {
    const rest = kept.pieces.filter(([, end]) => end === null || end < first.end);
    const [cut] = rest;
    if (cut && cut[0] !== first.end) {
      // The first piece ends elsewhere now, because mail has come: it has some of the rows of this one.
      const [before, end, height] = cut;
      cut[2] = end === null ? height : (height * (first.end - end)) / ((before ?? first.newest) - end);
      cut[0] = first.end;
    }
    if (cut) {
      pieces.push(...rest.map(([before, end, height]) => piece(before, end, null, height)));
      if (more) moreAt(pieces.at(-1).end);
      draw();
    }
  }
  sought = kept.mark;
  scroller().scrollTop = top;
  seek();
  await settle();
  sought = null;
}

/** Bring the row that was in view to where it was, as soon as it is drawn. */
function seek() {
  const row = sought && rows.querySelector(`[data-key="${sought[0]}"]`);
  if (!row) return;
  scroller().scrollTop += row.getBoundingClientRect().top - sought[1];
  sought = null;
}

function moreAt(key) {
  if (key === null) {
    more.remove();
    more = null;
    return;
  }
  const link = more.querySelector('a');
  const address = new URL(link.href);
  address.searchParams.set('before', key);
  link.href = address.pathname + address.search;
}
