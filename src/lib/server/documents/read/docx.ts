import mammoth from 'mammoth';
import { htmlToText } from './html.ts';
import { UnreadableError, type Read } from './read.ts';
import { requireModestArchive } from './zip.ts';

/** The text of a Word document. It goes by way of HTML, which keeps the rows of tables together. */
export async function readDocx(bytes: Uint8Array): Promise<Read> {
  await requireModestArchive(bytes);
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      { convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
    );
    return htmlToText(value);
  } catch (cause) {
    throw new UnreadableError('damaged', { cause });
  }
}
