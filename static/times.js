// Keeps "3 min" true while the page stands: the server has written it, in words that the list has for it. Rows of other
// days have a time of day, which stays; at midnight they are asked for anew.

import { renew } from './list.js';
import { dressRows, drawnRows } from './pieces.js';

const EVERY = 15_000; // ms

export function freshTimes() {
  addEventListener('pillarbox:setting', ({ detail }) => {
    if (detail.name === 'times') document.documentElement.dataset.times = detail.value ?? 'relative';
  });
  const rows = document.querySelector('#list #rows');
  if (!rows) return;
  let day = new Date().toDateString();
  dressRows(refresh);
  setInterval(() => {
    for (const row of drawnRows()) refresh(row);
    if (day === new Date().toDateString()) return;
    day = new Date().toDateString();
    renew();
  }, EVERY);

  function refresh(row) {
    const words = row.querySelector('.ago[data-today]');
    if (words) words.textContent = ago(Date.parse(words.parentElement.dateTime));
  }

  function ago(at) {
    const minutes = Math.floor((Date.now() - at) / 60_000);
    if (minutes < 1) return rows.dataset.now;
    if (minutes < 60) return rows.dataset.minutes.replace('{n}', minutes);
    return rows.dataset.hours.replace('{n}', Math.floor(minutes / 60));
  }
}
