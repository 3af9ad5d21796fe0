import type { OpenApiDocument } from './openapi.ts';
import type { JsonSchema } from './schema-shelf.ts';

/** The schema of what is sent or answered as JSON. */
export function schemaOf(content: Record<string, { schema: JsonSchema }>): JsonSchema {
  return content['application/json']?.schema ?? {};
}

/** The schema itself, where a reference to it is given. */
export function resolved(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  return schema.$ref ? lookUp(document.components.schemas, schema.$ref) : schema;
}

/** What a reference of the document leads to. */
export function lookUp<T>(shelf: Record<string, T>, reference: string): T {
  const found = shelf[reference.split('/').at(-1) ?? ''];
  if (!found) throw new Error(`the contract refers to ${reference}, which it does not hold`);
  return found;
}
