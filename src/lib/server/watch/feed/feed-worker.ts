import { z } from 'zod';
import { readFeedBytes } from './read-feed-bytes.ts';

/** The process that reads feeds, one after the other. It is run by its path from the source, never bundled. */
const job = z.object({
  id: z.number(),
  bytes: z.instanceof(Uint8Array),
  address: z.string().nullable(),
  override: z.string().nullable(),
  header: z.string().nullable(),
});

process.on('message', (message: unknown) => {
  const { id, bytes, ...hints } = job.parse(message);
  void readFeedBytes(bytes, hints).then((reading) => process.send?.({ id, reading }));
});
