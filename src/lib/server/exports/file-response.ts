/** A file to save, made while it is sent. When the reader goes away, its making ends too. */
export type FileAnswer = {
  /** With its ending; may hold Chinese. */
  file_name: string;
  media_type: string;
  parts: AsyncGenerator<string | Uint8Array, void>;
};

export function fileResponse({ file_name, media_type, parts }: FileAnswer): Response {
  return new Response(streamOf(parts), { headers: headersOf({ file_name, media_type }) });
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

function streamOf(parts: AsyncGenerator<string | Uint8Array, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await parts.next();
      if (next.done) controller.close();
      else controller.enqueue(typeof next.value === 'string' ? encoder.encode(next.value) : next.value);
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
