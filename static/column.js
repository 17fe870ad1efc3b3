// Shows another list of messages in the place of the one that stands there, without loading the page anew: a search as
// it is typed, the list that Back goes to. The field above it stays, with the caret in it, and so does what an open
// message shows. `pillarbox:list` on document says so, with the page that it was taken from, and `pillarbox:content`
// when the reader was taken from it too.

let asked = null;

/** Resolves to whether it is shown; not when another list was asked for meanwhile. Rejects when the server is away. */
export async function showList(address) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  let text;
  try {
    text = await (await fetch(address, { headers: { Accept: 'text/html' }, cache: 'no-store', signal })).text();
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
  const fresh = new DOMParser().parseFromString(text, 'text/html');
  const list = fresh.getElementById('list');
  if (!list) {
    location.assign(address); // there is no such list: its page says why
    return false;
  }
  document.title = fresh.title;
  document.documentElement.dataset.refresh = fresh.documentElement.dataset.refresh;
  const rail = document.getElementById('rail');
  if (rail.innerHTML !== fresh.getElementById('rail').innerHTML) rail.replaceChildren(...fresh.getElementById('rail').childNodes);
  const here = document.getElementById('list');
  takeAround(here, list, '.searching');
  here.scrollTop = 0;
  self.htmx?.process(here);
  takeReader(fresh.getElementById('content'));
  document.dispatchEvent(new CustomEvent('pillarbox:list', { detail: { page: fresh } }));
  document.dispatchEvent(new CustomEvent('pillarbox:content'));
  return true;
}

/** The same message goes on being read: only what links to the list around it is new. */
function takeReader(fresh) {
  const here = document.getElementById('content');
  const [panel, other] = [here, fresh].map((one) => one.querySelector(':scope > .panel'));
  if (here.dataset.message && here.dataset.message === fresh.dataset.message && panel?.className === other?.className) {
    const links = other.querySelectorAll('a[href]');
    panel.querySelectorAll('a[href]').forEach((link, number) => links[number] && link.setAttribute('href', links[number].getAttribute('href')));
    takeAround(here, fresh, '.panel');
    self.htmx?.process(here);
  } else {
    here.replaceWith(document.adoptNode(fresh));
    self.htmx?.process(fresh);
  }
}

/** Take over everything that `fresh` has, but for one child, which stays where it is. */
function takeAround(here, fresh, kept) {
  for (const { name, value } of fresh.attributes) here.setAttribute(name, value);
  const [stays, other] = [here, fresh].map((one) => one.querySelector(`:scope > ${kept}`));
  for (const node of [...here.childNodes]) if (node !== stays) node.remove();
  let before = true;
  for (const node of [...fresh.childNodes]) {
    if (node === other) before = false;
    else if (before) here.insertBefore(document.adoptNode(node), stays);
    else here.append(document.adoptNode(node));
  }
}
