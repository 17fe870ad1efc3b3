// Listens to what happens in the box (Server-Sent Events) and has the page refreshed.
//
// A browser opens six connections to one server and no more, so of all tabs only one listens: the one that holds the
// lock. It tells the others over a channel; when it closes, the next one takes over.

import { refreshSoon } from './live.js';

const KINDS = [
  'message.added', 'message.changed', 'message.deleted', 'session.opened', 'session.closed', 'inbox.changed', 'reset',
];

export function follow() {
  const { events, root } = document.documentElement.dataset;
  if (!document.documentElement.dataset.refresh) return;
  const channel = 'BroadcastChannel' in self ? new BroadcastChannel(`pillarbox${root}`) : null;
  const tell = (word) => {
    heard(word);
    channel?.postMessage(word);
  };
  if (channel) channel.onmessage = (event) => heard(event.data);
  if (channel && navigator.locks) {
    channel.postMessage('who');
    navigator.locks.request(`pillarbox${root}`, () => new Promise(() => listen(events, tell, channel)));
  } else {
    listen(events, tell, null);
  }
}

function listen(address, tell, channel) {
  const source = new EventSource(address);
  let state = 'off';
  const become = (word) => {
    state = word;
    tell(word);
  };
  source.onopen = () => {
    become('on');
    tell('changed'); // what came while nobody listened
  };
  source.onerror = () => become('off');
  for (const kind of KINDS) {
    source.addEventListener(kind, ({ data }) => {
      tell('changed');
      document.dispatchEvent(new CustomEvent('pillarbox:event', { detail: { kind, data } }));
    });
  }
  channel?.addEventListener('message', (event) => {
    if (event.data === 'who') channel.postMessage(state);
  });
}

function heard(word) {
  if (word === 'changed') refreshSoon();
  const sign = document.getElementById('link');
  if (!sign || (word !== 'on' && word !== 'off')) return;
  if (sign.dataset.state === word) return;
  sign.dataset.state = word;
  sign.textContent = sign.dataset[word];
  if (word === 'on') refreshSoon(); // what came between this page and now
}
