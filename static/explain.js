// A word of a transcript that leads to an explanation brings it along: on hover, on focus, on a tap.
// Escape closes it, as WCAG 1.4.13 asks. The arrow keys go to the lines above and below, and within a line from its time,
// which is a link to it, to its last word.

const WORD = 'a.word';
const TIME = '.at a';
const LINE = '.wire tr:not(.rest), .wire .folded';
const STEPS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 };
const GAP = 6; // px between a word and its explanation

let tip = null;
let shown = null;

export function explainWords() {
  addEventListener('pointerover', (event) => {
    const word = event.target.closest?.(WORD);
    if (word) show(word);
    else if (shown && document.activeElement !== shown && !event.target.closest?.('.tip')) hide();
  });
  addEventListener('focusin', (event) => {
    const word = event.target.closest?.(WORD);
    if (word) show(word);
    else hide();
  });
  addEventListener('focusout', hide);
  addEventListener('scroll', hide, { capture: true, passive: true });
  addEventListener('click', (event) => {
    const word = event.target.closest?.(WORD);
    if (!word || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (show(word)) event.preventDefault();
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
    if (event.key in STEPS && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) step(event);
  });
}

/** Returns whether there was something to show. */
function show(word) {
  const entry = document.getElementById(word.getAttribute('href').slice(1));
  if (!entry) return false;
  if (shown === word) return true;
  hide();
  tip ??= make();
  tip.replaceChildren(...[...entry.childNodes].map((node) => node.cloneNode(true)));
  shown = word;
  word.setAttribute('aria-describedby', tip.id);
  tip.showPopover();
  place(word.getClientRects()[0]);
  return true;
}

function make() {
  const made = document.createElement('div');
  made.id = 'tip';
  made.className = 'tip';
  made.popover = 'manual';
  made.setAttribute('role', 'tooltip');
  document.body.append(made);
  return made;
}

/** Below the word, above it where there is no room. */
function place(at) {
  const box = tip.getBoundingClientRect();
  const below = at.bottom + GAP + box.height <= innerHeight;
  tip.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - box.height)}px`;
  tip.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - box.width - GAP))}px`;
}

function hide() {
  if (!shown) return;
  shown.removeAttribute('aria-describedby');
  shown = null;
  tip.hidePopover();
}

function step(event) {
  const here = event.target.closest?.(`${WORD}, ${TIME}`);
  const line = here?.closest(LINE);
  if (!line) return;
  const within = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
  const places = within ? placesOf(line) : linesAround(line);
  const next = places[places.indexOf(within ? here : line) + STEPS[event.key]];
  if (!next) return;
  event.preventDefault();
  const found = within ? next : (here.matches(TIME) ? null : next.querySelector(WORD)) ?? next.querySelector(TIME);
  found.focus({ preventScroll: true });
  found.scrollIntoView({ block: 'nearest' });
}

function placesOf(line) {
  return [line.querySelector(TIME), ...line.querySelectorAll(WORD)];
}

/** The lines of the same table that can be seen: none of those in a fold that is closed. */
function linesAround(line) {
  return [...line.closest('.wire').querySelectorAll('tbody tr:not(.rest), .folded')].filter((one) => one.checkVisibility());
}
