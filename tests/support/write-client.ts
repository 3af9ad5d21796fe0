import { writeFile } from 'node:fs/promises';
import { openApiDocument } from '#lib/server/http/openapi.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import { typescriptClient } from './typescript-client.ts';

/** `npm run client -- FILE`: writes the client in TypeScript of the contract. */
const [path] = process.argv.slice(2);
if (!path) {
  process.stderr.write('Usage: npm run client -- FILE\n');
  process.exit(2);
}
await writeFile(path, typescriptClient(openApiDocument(OPERATIONS)));
