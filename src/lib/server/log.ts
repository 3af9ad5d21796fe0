import pino, { type Logger } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

/** One JSON line per record on stderr; secrets never enter it, even when an object that holds them does. */
export function createLog(config: Pick<Config, 'log_level'>, process_name: string): Log {
  return pino(
    {
      level: config.log_level,
      base: { process: process_name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          '*.password',
          '*.authorization',
          '*.cookie',
          '*.token',
          '*.secret',
          'authorization',
          'cookie',
        ],
        censor: '[removed]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
