// Panes that can be resized: drag the line between two, or move it with the arrow keys; a double click forgets it.

import { set } from './settings.js';

const LIMITS = { rail: [140, 360], list: [260, 760] }; // px
const STEP = 16;

export function splitters() {
  for (const line of document.querySelectorAll('[data-split]')) {
    const pane = line.previousElementSibling;
    const { split: name } = line.dataset;
    const [least, most] = LIMITS[name];
    line.tabIndex = 0; // without this it is a line and nothing more
    line.setAttribute('aria-valuemin', least);
    line.setAttribute('aria-valuemax', most);
    const say = () => line.setAttribute('aria-valuenow', Math.round(pane.getBoundingClientRect().width));
    const become = (width) => {
      const fits = Math.round(Math.min(most, Math.max(least, width)));
      document.documentElement.style.setProperty(`--width-${name}`, `${fits}px`);
      set(`width-${name}`, fits);
      say();
    };
    line.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      line.setPointerCapture(event.pointerId);
      const from = pane.getBoundingClientRect().width - event.clientX;
      const move = (moved) => become(from + moved.clientX);
      line.addEventListener('pointermove', move);
      line.addEventListener('lostpointercapture', () => line.removeEventListener('pointermove', move), { once: true });
    });
    line.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
      if (!step) return;
      event.preventDefault();
      become(pane.getBoundingClientRect().width + step);
    });
    line.addEventListener('dblclick', () => {
      document.documentElement.style.removeProperty(`--width-${name}`);
      set(`width-${name}`, undefined);
      say();
    });
    say();
  }
}
