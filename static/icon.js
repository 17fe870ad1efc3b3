// How many messages are unread, in the icon of the tab.

import { onRefresh } from './live.js';

const PILLAR =
  '<path fill="#b3261e" d="M3 15V6.5a5 5 0 0 1 10 0V15z"/><path stroke="#fff" stroke-width="1.4" stroke-linecap="round" d="M5.6 7h4.8"/>';

let plain = null;

export function unreadIcon() {
  plain = document.querySelector('link[rel=icon]').href;
  onRefresh(draw);
  draw();
}

function draw() {
  const unread = document.querySelector('#rail .fresh')?.firstChild.data.trim() ?? '';
  const words = unread.length > 2 ? '99' : unread;
  const badge = `<circle cx="11" cy="11" r="5" fill="#fff"/><circle cx="11" cy="11" r="4.4" fill="#b3261e"/>
    <text x="11" y="13.1" font-family="sans-serif" font-size="6" font-weight="700" fill="#fff" text-anchor="middle">${Number(words)}</text>`;
  const image = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${PILLAR}${badge}</svg>`;
  document.querySelector('link[rel=icon]').href = words ? `data:image/svg+xml,${encodeURIComponent(image)}` : plain;
}
