// A word of a transcript that leads to an explanation brings it along: on hover, on focus, on a tap.
// Escape closes it, as WCAG 1.4.13 asks; the arrow keys go to the words of the lines above and below.

const WORD = 'a.word';
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
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(event);
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
  const word = event.target.closest?.(WORD);
  if (!word) return;
  const down = event.key === 'ArrowDown';
  for (let row = next(word.closest('tr'), down); row; row = next(row, down)) {
    const found = row.querySelector(WORD);
    if (!found) continue;
    event.preventDefault();
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: 'nearest' });
    show(found);
    return;
  }
}

function next(row, down) {
  return down ? row.nextElementSibling : row.previousElementSibling;
}
