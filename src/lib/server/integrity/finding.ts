import type { App } from '#lib/server/app.ts';

/** One thing that is not as it must be: a sentence that names it, and how it is mended. */
export type Finding = {
  sentence: string;
  /** What mends it; `key` is the same for findings that one mending does away with. Null: a person has to look. */
  mend: { key: string; run: () => Promise<void> } | null;
};

/** The database as `greenlane_app` and as `greenlane_worker`, which reads the numbers of every firm. */
export type CheckContext = { app: App; worker: App; now: Date };

/** Gives what it finds, and at its end what was looked at. */
export type IntegrityCheck = {
  name: string;
  find: (context: CheckContext) => AsyncGenerator<Finding, string>;
};
