import type { App } from '#lib/server/app.ts';

/**
 * Answers that may wait for a sender who reads nothing until it has sent everything: about 100,000 summaries.
 * Beyond it reading stops until answers are taken, so that memory stays bounded.
 */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Pieces as a response body. What fails on the way ends it with a line that says so, since the status is
 * sent by then: every line before it is decided and logged.
 */
export function answerStream(
  app: App,
  pieces: AsyncGenerator<Uint8Array>,
  request_id: string,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await pieces.next();
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        } catch (cause) {
          app.log.error({ err: cause, request_id }, 'a stream of decisions broke off');
          const message = `Decisions broke off here: send again the lines that were not answered. If it happens again, quote ${request_id}.`;
          controller.enqueue(
            new TextEncoder().encode(`${JSON.stringify({ error: { code: 'broken_off', message } })}\n`),
          );
          controller.close();
        }
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: WAITING_BYTES_MAX }),
  );
}
