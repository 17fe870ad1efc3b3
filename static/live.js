// Brings the live regions of this page up to date: asks the server for the page that has them and takes over what
// is different. A region is an element with `data-live` and an id. Elements with `data-key` in it are kept when they
// are the same, so that focus, selection and what is unfolded stay. The rows of messages have their own way (list.js):
// beside a list only what stands around it is asked for.

const AT_ONCE = 60; // ms after a quiet time, so that events of one commit make one request
const BUSY = 700; // ms between requests while events keep coming

let waiting = null;
let running = false;
let again = false;
let last = 0;
let took = 0; // ms that the last refresh took
const SHARE = 4; // of the time, at most one part in so many goes into refreshing: statistics of much mail take a while

const told = [];
const joining = [];

/** Have `callback` called after each refresh. */
export function onRefresh(callback) {
  told.push(callback);
}

/** Have `work` done with each refresh. */
export function alsoRefresh(work) {
  joining.push(work);
}

export function start() {
  addEventListener('pageshow', (event) => {
    if (event.persisted) refreshSoon();
  });
}

/** Ask for a refresh; many calls become few requests. */
export function refreshSoon() {
  if (running) {
    again = true;
    return;
  }
  if (waiting !== null) return;
  const pause = Math.max(AT_ONCE, last + Math.max(BUSY, (SHARE - 1) * took) - performance.now());
  waiting = setTimeout(refresh, last === 0 ? AT_ONCE : pause);
}

async function refresh() {
  waiting = null;
  running = true;
  const begun = performance.now();
  try {
    const address = document.documentElement.dataset.refresh;
    await Promise.all([address && load(address), ...joining.map((work) => work())]);
  } catch {
    // The server is away; the event stream finds it again and asks for a refresh then.
  } finally {
    running = false;
    last = performance.now();
    took = last - begun;
    if (again) {
      again = false;
      refreshSoon();
    }
  }
}

/** Take the live regions from the page at that address. */
export async function load(address) {
  const { refresh } = document.documentElement.dataset;
  const response = await fetch(address, { headers: { Accept: 'text/html', 'HX-Target': 'around' }, cache: 'no-store' });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (document.documentElement.dataset.refresh !== refresh) return; // another list is shown meanwhile
  for (const region of document.querySelectorAll('[data-live]')) {
    const other = fresh.getElementById(region.id);
    if (other) takeOver(region, other);
  }
  if (address === location.pathname + location.search) {
    document.title = fresh.title;
    takeAddresses(fresh.documentElement);
  }
  for (const callback of told) callback();
}

/** A session that has ended is not followed any more, and its page is refreshed from another address. */
function takeAddresses(fresh) {
  const { dataset } = document.documentElement;
  for (const name of ['follow', 'refresh']) {
    if (fresh.dataset[name]) dataset[name] = fresh.dataset[name];
    else delete dataset[name];
  }
}

function takeOver(region, fresh) {
  const keyed = region.querySelector('[data-key]')?.parentElement;
  const freshKeyed = fresh.querySelector('[data-key]')?.parentElement;
  if (keyed && freshKeyed && (keyed === region) === (freshKeyed === fresh)) {
    if (keyed !== region) {
      takeAround(region, childHolding(region, keyed), fresh, childHolding(fresh, freshKeyed));
    }
    takeOverChildren(region, keyed, freshKeyed);
  } else if (region.innerHTML !== fresh.innerHTML) {
    keepFocus(region, () => region.replaceChildren(...adopt(fresh.childNodes)));
  }
}

/** Take over everything that `fresh` has, but for one child of it: where it is, one of ours stays. */
export function takeAround(here, stays, fresh, other) {
  for (const node of [...here.childNodes]) if (node !== stays) node.remove();
  let before = true;
  for (const node of [...fresh.childNodes]) {
    if (node === other) before = false;
    else if (before) here.insertBefore(document.adoptNode(node), stays);
    else here.append(document.adoptNode(node));
  }
}

function childHolding(region, element) {
  let found = element;
  while (found.parentElement !== region) found = found.parentElement;
  return found;
}

function takeOverChildren(region, old, fresh) {
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
  const hadMail = known.size > 0 && !known.has('empty');
  const wanted = [...fresh.children].map((child) => {
    const key = child.dataset.key;
    const present = known.get(key);
    if (present && same(present, child)) return present;
    const arriving = document.adoptNode(child);
    if (present) keepUnfolded(present, arriving);
    if (!present && hadMail) arriving.classList.add('arrived');
    return arriving;
  });
  // Lines that the store, and so the fresh page, will have in a moment (see growing.js).
  const keys = new Set(wanted.flatMap((child) => [child, ...child.querySelectorAll('[data-key]')]).map((one) => one.dataset.key));
  for (const child of old.children) if (child.classList.contains('ahead') && !keys.has(child.dataset.key)) wanted.push(child);
  keepFocus(old, () => {
    const keep = new Set(wanted);
    for (const child of [...old.children]) if (!keep.has(child)) child.remove();
    let place = old.firstElementChild;
    for (const child of wanted) {
      if (child === place) place = place.nextElementSibling;
      else old.insertBefore(child, place);
    }
  });
}

function keepUnfolded(present, arriving) {
  const before = present.querySelectorAll('details');
  arriving.querySelectorAll('details').forEach((details, number) => {
    details.open = before[number]?.open ?? false;
  });
}

/** Whether two rows say the same, whatever the reader has unfolded or seen arrive. */
function same(present, fresh) {
  const [a, b] = [present.cloneNode(true), fresh.cloneNode(true)];
  for (const copy of [a, b]) {
    copy.classList.remove('arrived');
    if (copy.classList.length === 0) copy.removeAttribute('class');
    for (const open of copy.querySelectorAll('details[open]')) open.removeAttribute('open');
  }
  return a.isEqualNode(b);
}

/** Change what is inside `place` and put the focus back on what has the same key or address. */
function keepFocus(place, change) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.closest('[data-key]')?.dataset.key;
  const address = focused?.getAttribute('href');
  change();
  if (!focused || place.contains(focused)) return;
  const again = [...place.querySelectorAll('a, button, summary')].find(
    (element) => (key && element.closest('[data-key]')?.dataset.key === key) || (address && element.getAttribute('href') === address),
  );
  again?.focus({ preventScroll: true });
}

function adopt(nodes) {
  return [...nodes].map((node) => document.adoptNode(node));
}
