// Runs before the first paint, so it is short: it applies what the reader has settled in this browser (see settings.js),
// so that nothing moves or changes colour afterwards. Everything else is loaded when the page stands.
(() => {
  const page = document.documentElement;
  page.dataset.script = '';
  try {
    const settled = JSON.parse(localStorage.getItem('pillarbox') ?? '{}');
    if (settled.theme === 'light' || settled.theme === 'dark') page.dataset.theme = settled.theme;
    if (settled.times === 'exact') page.dataset.times = 'exact';
    if (settled.density === 'compact') page.dataset.density = settled.density;
    if (settled['preview-width']) page.dataset.previewWidth = settled['preview-width'];
    if (settled['preview-scheme']) page.dataset.previewScheme = settled['preview-scheme'];
    for (const pane of ['rail', 'list']) {
      const width = settled[`width-${pane}`];
      if (Number.isFinite(width)) page.style.setProperty(`--width-${pane}`, `${width}px`);
    }
  } catch {
    // A browser that keeps nothing, or something that is not ours: the page is as it comes.
  }
  addEventListener('DOMContentLoaded', () => import('./start.js'));
})();
