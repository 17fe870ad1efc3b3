// A field that narrows what it stands above: `data-filter` names the elements, of which those stay that have all its words.

export function filters() {
  document.addEventListener('input', (event) => {
    const field = event.target;
    if (!field.dataset?.filter) return;
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const one of document.querySelectorAll(field.dataset.filter)) {
      const text = one.textContent.toLowerCase();
      one.hidden = !words.every((word) => text.includes(word));
      left += one.hidden ? 0 : 1;
    }
    const none = document.querySelector('[data-filter-none]');
    if (none) none.hidden = left > 0;
  });
}
