// What the reader has settled in this browser: one JSON object in localStorage, shared by all tabs. app.js applies the
// part of it that changes how a page is painted.

const KEY = 'pillarbox';

export function get(name, otherwise) {
  return read()[name] ?? otherwise;
}

/** Remember a value; undefined forgets it. A browser that keeps nothing forgets it with the page. */
export function set(name, value) {
  const settled = read();
  if (value === undefined) delete settled[name];
  else settled[name] = value;
  try {
    localStorage.setItem(KEY, JSON.stringify(settled));
  } catch {
    // Full or forbidden: the setting holds for this page.
  }
  dispatchEvent(new CustomEvent('pillarbox:setting', { detail: { name, value } }));
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {};
  } catch {
    return {};
  }
}
