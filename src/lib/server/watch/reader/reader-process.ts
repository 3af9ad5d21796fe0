import { z } from 'zod';
import { readerJob, readJob } from './read-job.ts';

/** The process that reads sources, one answer after the other. It is run by its path from the source, never bundled. */
const message = z.object({ id: z.number(), job: readerJob });

process.on('message', (given: unknown) => {
  const { id, job } = message.parse(given);
  void readJob(job).then((answer) => process.send?.({ id, answer }));
});
process.send?.('ready');
