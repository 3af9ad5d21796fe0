import pino, { type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

/** Where secrets stand, at any of the depths in which something is logged; a test logs one at each. */
const SECRET_NAMES = [
  ...['password', 'authorization', 'cookie', 'token', 'secret', 'client_secret'],
  ...['access_token', 'refresh_token', 'id_token', 'set-cookie', 'smtp_url', 'database_url'],
];

/** What JSON may leave as it is and a terminal may obey: the one-byte controls, and what turns a line around. */
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One JSON line per record on stderr; secrets never enter it, even when an object that holds them does. */
export function createLog(
  config: Pick<Config, 'log_level'>,
  process_name: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level: config.log_level,
      base: { process: process_name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: '[removed]',
      },
      hooks: { streamWrite: (line) => line.replace(OBEYED, escaped) },
    },
    destination,
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
