// Tells of new mail outside the browser, for those who have asked for it. Of all tabs only the one that listens to the
// stream hears of it (see events.js), so each message is told once; several at once are told as one.

import { does } from './keys.js';
import { notice } from './notice.js';
import { get, set } from './settings.js';

const TOGETHER = 800; // ms

let waiting = [];

export function notifications() {
  if (!('Notification' in self)) return;
  does('notify', toggle);
  document.addEventListener('pillarbox:event', ({ detail }) => {
    if (!detail.leads || detail.kind !== 'message.added' || !get('notify') || Notification.permission !== 'granted') return;
    if (waiting.length === 0) setTimeout(tell, TOGETHER);
    waiting.push(detail.data);
  });
}

async function toggle() {
  const wanted = !get('notify') && (await Notification.requestPermission()) === 'granted';
  const refused = !get('notify') && !wanted;
  set('notify', wanted || undefined);
  say(refused ? 'refused' : wanted ? 'on' : 'off');
}

function say(what) {
  const words = document.createElement('p');
  words.textContent = document.getElementById('notify').dataset[what];
  notice(words);
}

function tell() {
  const [first, ...others] = waiting;
  waiting = [];
  const { dataset } = document.getElementById('notify');
  const who = first.from[0]?.name || first.from[0]?.address || first.mail_from;
  const told = others.length
    ? new Notification(`${dataset.many} ${others.length + 1}`, { tag: 'pillarbox' })
    : new Notification(first.subject || dataset.nothing, { body: who, tag: `pillarbox-${first.id}` });
  told.onclick = () => {
    focus();
    const root = document.documentElement.dataset.root;
    location.assign(others.length ? root : `${root}messages/${first.id}`);
  };
}
