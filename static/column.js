// Shows another list of messages in the place of the one that stands there, without loading the page anew: a search as
// it is typed, the list that Back goes to. The field above it stays, with the caret in it, and so does what an open
// message shows. `pillarbox:list` on document says so, with the page that it was taken from, and `pillarbox:content`
// when the reader was taken from it too.

import { takeAround } from './live.js';

let asked = null;

/** Resolves to whether it is shown; not when something else was asked for meanwhile. Rejects when the server is away. */
export async function showList(address) {
  const fresh = await page(address, 'list', {});
  if (!fresh) return false;
  const list = fresh.getElementById('list');
  document.title = fresh.title;
  document.documentElement.dataset.refresh = fresh.documentElement.dataset.refresh;
  const rail = document.getElementById('rail');
  if (rail.innerHTML !== fresh.getElementById('rail').innerHTML) rail.replaceChildren(...fresh.getElementById('rail').childNodes);
  const here = document.getElementById('list');
  takeAllBut('.searching', here, list);
  here.scrollTop = 0;
  self.htmx?.process(here);
  takeReader(fresh.getElementById('content'));
  document.dispatchEvent(new CustomEvent('pillarbox:list', { detail: { page: fresh } }));
  document.dispatchEvent(new CustomEvent('pillarbox:content'));
  return true;
}

/** As showList, but the list stays where it is the one that the reader at that address was opened from. */
export async function showReader(address) {
  const fresh = await page(address, 'content', { 'HX-Target': 'content' });
  const content = fresh?.getElementById('content');
  if (!content) return false;
  if (content.dataset.list !== document.documentElement.dataset.refresh) return showList(address);
  document.title = fresh.title;
  putReader(content);
  document.dispatchEvent(new CustomEvent('pillarbox:content'));
  return true;
}

/** Put this reader in the place of the one that is there. */
export function putReader(fresh) {
  endOpening();
  document.getElementById('content').replaceWith(document.adoptNode(fresh));
  self.htmx?.process(fresh);
}

/** What was asked for last counts: htmx is about to open something, so what was to be shown here is not wanted any more. */
export function giveWay() {
  asked?.abort();
}

/** The same the other way round. */
function endOpening() {
  self.htmx?.trigger(document.getElementById('content'), 'htmx:abort');
}

/** The page at that address, null when another one was asked for meanwhile, or when the browser has to say what it is. */
async function page(address, needed, headers) {
  giveWay();
  endOpening();
  asked = new AbortController();
  const { signal } = asked;
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html', ...headers }, cache: 'no-store', signal });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (fresh.getElementById(needed) && answer.status !== 404) return fresh;
    location.assign(address);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return null;
}

/** The same message goes on being read: only what links to the list around it is new. */
function takeReader(fresh) {
  const here = document.getElementById('content');
  const [panel, other] = [here, fresh].map((one) => one.querySelector(':scope > .panel'));
  if (here.dataset.message && here.dataset.message === fresh.dataset.message && panel?.className === other?.className) {
    const links = other.querySelectorAll('a[href]');
    panel.querySelectorAll('a[href]').forEach((link, number) => links[number] && link.setAttribute('href', links[number].getAttribute('href')));
    takeAllBut('.panel', here, fresh);
    self.htmx?.process(here);
  } else {
    putReader(fresh);
  }
}

/** Take over what `fresh` has, but for the child that fits `kept`, which stays where it is. */
function takeAllBut(kept, here, fresh) {
  for (const { name, value } of fresh.attributes) here.setAttribute(name, value);
  const [stays, other] = [here, fresh].map((one) => one.querySelector(`:scope > ${kept}`));
  takeAround(here, stays, fresh, other);
}
