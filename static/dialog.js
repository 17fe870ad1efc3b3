// Shows the content of the page that a link with `data-dialog` leads to over this one; the value is what its button to
// close says. Where that page cannot be had, the link does what links do.

export function dialogs() {
  document.addEventListener('click', async (event) => {
    const link = event.target.closest?.('a[data-dialog]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      show(page.getElementById('content').childNodes, link.dataset.dialog);
    } catch {
      location.assign(link.href);
    }
  });
}

function show(nodes, words) {
  const dialog = document.createElement('dialog');
  const [form, button] = ['form', 'button'].map((tag) => document.createElement(tag));
  dialog.className = 'dialog';
  form.method = 'dialog';
  button.textContent = words;
  form.append(button);
  dialog.append(...[...nodes].map((node) => document.adoptNode(node)), form);
  dialog.setAttribute('aria-labelledby', (dialog.querySelector('h1').id = 'dialog-title'));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => (event.target === dialog || event.target.closest('a')) && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
