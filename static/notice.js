// Says what has just happened, at the foot of the page, with what can be done about it: a node, made from what the
// server has written in the reader's language.

const STANDS = 12_000; // ms, unless the pointer or the focus is on it, or the caller says how long

let timer = null;

export function notice(node, stands = STANDS) {
  const place = document.getElementById('notice');
  place.replaceChildren(node);
  wait(place, stands);
}

export function silence() {
  document.getElementById('notice').replaceChildren();
}

function wait(place, stands) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (place.matches(':hover, :focus-within')) wait(place, stands);
    else place.replaceChildren();
  }, stands);
}
