import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { z } from 'zod';

/** The peer of E1: one page from memory, with its headers. `node constant-server.ts FILE`, with PORT. */
const page = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });
const { headers, body } = page.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const bytes = Buffer.from(body);
createServer((_, response) => {
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  response.end(bytes);
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('disconnect', () => process.exit());
