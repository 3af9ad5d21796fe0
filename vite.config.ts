import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { TEST_WORKERS } from './tests/support/workers.ts';

/** Full counts of the properties run for minutes where the sampled ones take seconds. */
const PATIENCE = process.env.LONG === '1' ? 20 : 1;

export default defineConfig({
  plugins: [sveltekit()],
  build: { target: 'es2023' },
  test: {
    // A process reads the modules once for all its files: reading them anew for each took longer than the tests.
    isolate: false,
    maxWorkers: TEST_WORKERS,
    // One second by itself, which a loaded machine may not give a process for that long.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['tests/support/seeded.ts'],
          testTimeout: 60_000 * PATIENCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['tests/support/seeded.ts'],
          globalSetup: ['tests/support/template-database.ts'],
          testTimeout: 60_000 * PATIENCE,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          isolate: true,
          include: ['tests/faults/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
