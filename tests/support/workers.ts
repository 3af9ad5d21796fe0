import { availableParallelism } from 'node:os';

/** More than this and their databases want more memory than a machine with that many processors may have. */
const WORKERS_MAX = 4;

/** How many files of tests run at a time: by itself Vitest leaves one processor free, which of two is half. */
export const TEST_WORKERS = process.env.TEST_DATABASE_URL ? 1 : Math.min(WORKERS_MAX, availableParallelism());
