import fc from 'fast-check';

/** Property tests take the same samples at every run; a failing seed is tried again as SEED=n. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20260513) });
