// What the shell does beyond HTML, on every page and before anything else is loaded: single keys, the map
// of them, printing, and the current word of the navigation in view. Most pages carry no other script.
const KEYS_STORED_AS = 'greenlane.single-keys';
const SECOND_KEY_WITHIN_MS = 1500;

/** @returns {HTMLDialogElement | null} */
const keyMap = () => document.querySelector('dialog#keys');
const areKeysOn = () => localStorage.getItem(KEYS_STORED_AS) !== 'off';
let went_at = -Infinity;

addEventListener('keydown', (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input:not([type=checkbox]), select, textarea, [contenteditable]')) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !areKeysOn()) return;
  if (document.querySelector('dialog[open]')) return;
  if (event.key === '?') return openKeyMap();
  if (event.key === 'g') return void (went_at = event.timeStamp);
  const is_second = event.timeStamp - went_at < SECOND_KEY_WITHIN_MS;
  went_at = -Infinity;
  if (is_second) press(`[data-go-key="${CSS.escape(event.key)}"]`);
  // What a page offers by a key says so: `t` for a table, `j` and `k` for the next and the one before.
  else if (event.key.length === 1) press(`[data-key="${CSS.escape(event.key)}"]`, target?.closest('section'));
});

addEventListener('click', (event) => {
  const control = event.target instanceof Element ? event.target.closest('[data-does]') : null;
  if (!(control instanceof HTMLElement)) return;
  if (control.dataset.does === 'print') print();
  if (control.dataset.does === 'show-keys') openKeyMap();
  // What only some pages need is loaded when it is wanted.
  if (control.dataset.does === 'save-picture')
    void import(control.dataset.script ?? '').then(({ savePicture }) => savePicture(control));
});

addEventListener('change', (event) => {
  const box = event.target;
  if (box instanceof HTMLInputElement && box.dataset.checks)
    for (const one of box.form?.querySelectorAll(`[type=checkbox][name="${box.dataset.checks}"]`) ?? [])
      if (one instanceof HTMLInputElement) one.checked = box.checked;
  if (!(box instanceof HTMLInputElement) || box.id !== 'keys-on') return;
  if (box.checked) localStorage.removeItem(KEYS_STORED_AS);
  else localStorage.setItem(KEYS_STORED_AS, 'off');
});

function openKeyMap() {
  const dialog = keyMap();
  const box = dialog?.querySelector('#keys-on');
  if (box instanceof HTMLInputElement) box.checked = areKeysOn();
  dialog?.showModal();
}

/**
 * Clicks what the selector finds: in the section that has the focus, else anywhere.
 * @param {string} selector
 * @param {Element | null} [section]
 */
function press(selector, section) {
  const control = section?.querySelector(selector) ?? document.querySelector(selector);
  if (control instanceof HTMLElement) control.click();
}

// On a phone the words of a navigation scroll sideways; the current one comes into view, the page stays where it is.
for (const current of document.querySelectorAll('nav [aria-current="page"]'))
  if (current instanceof HTMLElement && current.parentElement)
    current.parentElement.scrollLeft =
      current.offsetLeft -
      current.parentElement.offsetLeft -
      (current.parentElement.clientWidth - current.offsetWidth) / 2;

// A list that scrolls in a box of its own shows its current row; the page stays where it is.
for (const current of document.querySelectorAll('[data-keeps-current] > [aria-current]')) {
  const box = current.parentElement;
  if (!box || !(current instanceof HTMLElement)) continue;
  const below = current.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += below - (box.clientHeight - current.offsetHeight) / 2;
}

// A form whose answer takes its time, such as a look at a slow site: its button says so, and after a while words do.
const BUSY_AFTER_MS = 300;
const SLOW_AFTER_MS = 10_000;
addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  const { submitter } = event;
  if ((submitter?.getAttribute('formmethod') ?? form.method) !== 'post') return;
  const timers = [
    setTimeout(() => submitter?.setAttribute('aria-busy', 'true'), BUSY_AFTER_MS),
    setTimeout(() => show('#slow', true), SLOW_AFTER_MS),
  ];
  // Back at this page, it waits for nothing any more.
  addEventListener(
    'pageshow',
    () => {
      timers.forEach(clearTimeout);
      submitter?.removeAttribute('aria-busy');
      show('#slow', false);
    },
    { once: true },
  );
});

// Without a network a link or a form would end on the browser's own page, and what was typed would be lost.
for (const kind of ['click', 'submit'])
  addEventListener(
    kind,
    (event) => {
      if (navigator.onLine) return;
      const target = event.target instanceof Element ? event.target : null;
      const leaves = kind === 'submit' ? target : target?.closest('a[href]:not([href^="#"])');
      if (!leaves) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      show('#offline', true);
    },
    true,
  );
addEventListener('online', () => show('#offline', false));

/**
 * @param {string} id
 * @param {boolean} is_shown
 */
function show(id, is_shown) {
  const told = document.querySelector(id);
  if (told instanceof HTMLElement) told.hidden = !is_shown;
}
