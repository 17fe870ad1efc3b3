// Copies: what a button's `data-copy` names (an address, or `#id` of what is on the page), and links to lines.

const SAID = 1600; // ms that "Copied" stands there

export function copyButtons() {
  addEventListener('click', async (event) => {
    const button = event.target.closest?.('[data-copy]');
    if (button) {
      say(button, await copied(() => wanted(button.dataset.copy)));
      return;
    }
    const line = event.target.closest?.('.wire .at a');
    if (line && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      await copied(() => Promise.resolve(line.href)); // it is followed as well: the address bar shows it
      line.focus({ preventScroll: true }); // following it took the focus away
    }
  });
}

async function wanted(where) {
  if (where.startsWith('#')) return document.getElementById(where.slice(1)).textContent;
  const answer = await fetch(where, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
  return answer.text();
}

async function copied(get) {
  try {
    const text = await get();
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else select(text); // a page that came over plain HTTP from another machine has no clipboard
    return true;
  } catch {
    return false;
  }
}

function select(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'aloud';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('not copied');
}

function say(button, well) {
  const words = button.querySelector('span') ?? button;
  words.dataset.words ??= words.textContent;
  const { copied, notCopied } = document.body.dataset;
  words.textContent = well ? copied : notCopied;
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => {
    words.textContent = words.dataset.words;
  }, SAID);
}
