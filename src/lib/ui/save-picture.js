// Turns the SVG of a chart into a PNG in the reader's own browser, with its fonts, and saves it.
const PIXELS_PER_UNIT = 2;

/** @param {HTMLElement} control Its `data-href` is the SVG; its status line says when it could not be done. */
export async function savePicture(control) {
  if (control.ariaBusy === 'true') return;
  control.ariaBusy = 'true';
  try {
    const answer = await fetch(control.dataset.href ?? '');
    if (!answer.ok) throw new Error(String(answer.status));
    save(await pngOf(await answer.blob()), nameOf(answer));
    const menu = control.closest('[popover]');
    if (menu instanceof HTMLElement) menu.hidePopover();
  } catch {
    const status = control.querySelector('[role="status"]');
    if (status) status.textContent = control.dataset.failed ?? '';
  } finally {
    control.ariaBusy = 'false';
  }
}

/** @param {Blob} svg */
async function pngOf(svg) {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * PIXELS_PER_UNIT;
    canvas.height = image.naturalHeight * PIXELS_PER_UNIT;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) =>
      canvas.toBlob((png) => (png ? done(png) : failed(new Error('no picture'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** @param {Response} answer The name that the server gave the SVG, as a PNG. */
function nameOf(answer) {
  const encoded = /filename\*=UTF-8''(\S+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  return decodeURIComponent(encoded ?? 'greenlane.svg').replace(/\.svg$/, '.png');
}
