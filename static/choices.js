// Fields of the page of settings: what they say is kept in this browser (see settings.js) and holds at once, in all of its
// tabs. An empty value is what there is without a setting.

import { get, set } from './settings.js';

const PAINTED = ['theme', 'density']; // what the page's own element has, as app.js put it there

export function choices() {
  show();
  document.addEventListener('pillarbox:content', show);
  addEventListener('change', ({ target }) => {
    const name = target.dataset?.setting;
    if (name) set(name, said(target));
  });
  addEventListener('pillarbox:setting', ({ detail }) => paint(detail.name, detail.value));
  addEventListener('storage', ({ key }) => {
    if (key !== 'pillarbox' && key !== null) return;
    show();
    for (const name of [...PAINTED, 'times']) {
      dispatchEvent(new CustomEvent('pillarbox:setting', { detail: { name, value: get(name) } }));
    }
  });
}

function said(field) {
  return (field.type === 'checkbox' ? field.checked : field.value) || undefined;
}

function show() {
  for (const field of document.querySelectorAll('[data-setting]')) {
    const value = get(field.dataset.setting, '');
    if (field.type === 'checkbox') field.checked = Boolean(value);
    else field.value = value;
  }
}

function paint(name, value) {
  if (!PAINTED.includes(name)) return;
  if (value === undefined) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
}
