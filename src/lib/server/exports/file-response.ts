/** A file to save, made while it is sent. When the reader goes away, its making ends too. */
export type FileAnswer = {
  /** With its ending; may hold Chinese. */
  file_name: string;
  media_type: string;
  parts: AsyncGenerator<string | Uint8Array, void>;
};

/** `onBreak` is told why a file ends early: by then its head is sent, and no error page can say so. */
export function fileResponse(
  { file_name, media_type, parts }: FileAnswer,
  onBreak: (cause: unknown) => void,
): Response {
  return new Response(streamOf(parts, onBreak), { headers: headersOf({ file_name, media_type }) });
}

/** A small file that is there already. */
export function wholeFileResponse(
  text: string,
  file: Pick<FileAnswer, 'file_name' | 'media_type'>,
): Response {
  return new Response(text, { headers: headersOf(file) });
}

function headersOf({ file_name, media_type }: Pick<FileAnswer, 'file_name' | 'media_type'>) {
  return {
    'content-type': media_type,
    'content-disposition': dispositionOf(file_name),
    // The same address answers differently to another firm, person and language.
    'cache-control': 'private, no-store',
    // A picture opened by itself runs and loads nothing.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  };
}

function streamOf(parts: FileAnswer['parts'], onBreak: (cause: unknown) => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await parts.next();
        if (next.done) controller.close();
        else controller.enqueue(typeof next.value === 'string' ? encoder.encode(next.value) : next.value);
      } catch (cause) {
        onBreak(cause);
        // The reader sees a download that failed, and not a file that seems whole.
        throw cause;
      }
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

/** RFC 6266: a plain name for old programs, the real one in UTF-8 for the others. */
function dispositionOf(file_name: string): string {
  const plain = file_name.replace(/[^\w.]+/g, '-').replace(/^-+/, '');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file_name).replaceAll("'", '%27')}`;
}
