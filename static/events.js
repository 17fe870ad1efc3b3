// Listens to what happens in the box (Server-Sent Events), says it on this page as `pillarbox:event` with its kind, its
// data and the ids of the messages it is about, and has the page refreshed. After a silence it says `reset`: anything may
// have changed.
//
// A browser opens six connections to one server and no more, so of all tabs only one listens: the one that holds the
// lock. It tells the others over a channel; when it closes, the next one takes over. A page that came over plain HTTP from
// another machine has no locks: there each tab listens for itself.

import { refreshSoon } from './live.js';

const KINDS = [
  'message.added', 'message.changed', 'message.deleted', 'session.opened', 'session.closed', 'inbox.changed', 'reset',
];

const AGAIN = 3000; // ms until a stream that was refused is asked for again; one that broke off the browser asks for

export function follow() {
  const { events, root } = document.documentElement.dataset;
  if (!document.documentElement.dataset.refresh) return;
  const channel = navigator.locks && 'BroadcastChannel' in self ? new BroadcastChannel(`pillarbox${root}`) : null;
  const tell = (word) => {
    heard(word, true);
    channel?.postMessage(word);
  };
  if (channel) channel.onmessage = (event) => heard(event.data, false);
  if (channel) {
    channel.postMessage('who');
    navigator.locks.request(`pillarbox${root}`, () => new Promise(() => listen(events, tell, channel)));
  } else {
    listen(events, tell, null);
  }
}

function listen(address, tell, channel) {
  let state = 'off';
  const become = (word) => {
    state = word;
    tell(word);
  };
  const connect = () => {
    const source = new EventSource(address);
    source.onopen = () => {
      become('on');
      tell({ kind: 'reset' }); // what came while nobody listened
    };
    source.onerror = () => {
      become('off');
      // A server that is stopping, or a proxy before one that is gone, answers with a status: the browser gives up then.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN);
    };
    for (const kind of KINDS) source.addEventListener(kind, (event) => tell({ kind, data: JSON.parse(event.data) }));
  };
  connect();
  channel?.addEventListener('message', (event) => {
    if (event.data === 'who') channel.postMessage(state);
  });
}

/** `leads`: this is the tab that listens, so what is for one of all tabs is for this one. */
function happened({ kind, data = {} }, leads) {
  const ids = kind.startsWith('message.') ? data.ids ?? [data.id] : [];
  document.dispatchEvent(new CustomEvent('pillarbox:event', { detail: { kind, data, ids, leads } }));
  refreshSoon();
}

function heard(word, leads) {
  if (typeof word === 'object') happened(word, leads);
  const sign = document.getElementById('link');
  if (!sign || (word !== 'on' && word !== 'off')) return;
  if (sign.dataset.state === word) return;
  sign.dataset.state = word;
  sign.textContent = sign.dataset[word];
  if (word === 'on') happened({ kind: 'reset' }, leads); // what came between this page and now
}
