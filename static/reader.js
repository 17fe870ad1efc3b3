// Opens messages beside the list without loading the page anew: htmx swaps #content, and this says so. Modules that need
// to look at what the reader shows listen to `pillarbox:content`, which comes once at the start and after each swap.

import { giveWay, showList, showReader } from './column.js';
import { markAs } from './list.js';

export function swapReader() {
  load();
  document.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.target?.id === 'content' || event.detail.elt.id === 'content') announce();
  });
  document.addEventListener('htmx:beforeRequest', ({ detail }) => detail.target?.id === 'content' && giveWay());
  // Said here and not by the link: its row may have been drawn anew by now, and what is no part of the page inherits nothing.
  document.addEventListener('htmx:beforeSwap', ({ detail }) => {
    if (detail.target.id === 'content') Object.assign(detail, { swapOverride: 'outerHTML show:none', selectOverride: '#content' });
  });
  document.addEventListener('htmx:historyCacheMiss', (event) => {
    event.preventDefault(); // of the page only what is another one is loaded again
    showReader(event.detail.path).catch(() => location.reload());
  });
  // Where the reader alone cannot be had (the message is gone, the server has changed), the browser goes there itself.
  document.addEventListener('htmx:responseError', (event) => location.assign(event.detail.pathInfo.finalRequestPath));
  document.addEventListener('htmx:sendError', shown); // the server is away: the row of what is shown is the open one again
  document.addEventListener('pillarbox:content', shown);
  announce();
}

/** htmx does not start where it comes between DOMContentLoaded and the end of loading: it waits for the former. */
function load() {
  if (document.readyState !== 'complete') {
    addEventListener('load', load, { once: true });
    return;
  }
  const script = document.createElement('script');
  script.src = new URL('vendor/htmx/htmx.min.js', import.meta.url);
  document.head.append(script);
}

function announce() {
  document.dispatchEvent(new CustomEvent('pillarbox:content'));
}

/** Mark the row of the message that is open. */
function shown() {
  const content = document.getElementById('content');
  if (!document.getElementById('list') || !content?.dataset.list) return;
  const { message, list } = content.dataset;
  if (list !== document.documentElement.dataset.refresh) {
    showList(location.pathname + location.search).catch(() => location.reload()); // back to another list
    return;
  }
  markAs(message ?? '');
}
