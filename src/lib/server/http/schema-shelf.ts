import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
export type SchemaField = { name: string; schema: JsonSchema; is_required: boolean };

const PREFIX = '#/components/schemas/';

/**
 * Turns schemas into JSON Schema and keeps the named ones together under `components/schemas`. A schema is
 * named by `.meta({ id })`, or else by the operation it belongs to. What is taken in and what is given out
 * under the same name can differ (defaults, transforms); the second then gets a number.
 */
export class SchemaShelf {
  readonly schemas: Record<string, JsonSchema> = {};

  /** A reference to the schema, which stands on the shelf under its own name or this one. */
  put(schema: z.ZodType, io: 'input' | 'output', name: string): JsonSchema {
    const { $defs = {}, ...root } = toJsonSchema(schema, io);
    const names = this.#namesFor($defs, name);
    for (const [id, definition] of Object.entries($defs))
      this.schemas[names.get(id) ?? id] = withReferences(definition, names);
    const own = z.globalRegistry.get(schema)?.id ?? name;
    // Where a schema contains itself, zod points to its root.
    const shown = withReferences(root, new Map([...names, ['#', own]]));
    // An answer that is only a reference, or has no structure, needs no name of its own.
    if (shown.$ref || !(shown.properties ?? shown.items ?? shown.anyOf ?? shown.oneOf)) return shown;
    const free = this.#freeName(own, shown);
    this.schemas[free] = shown;
    return { $ref: PREFIX + free };
  }

  /** The fields of an object of parameters. */
  fields(schema: z.ZodType | undefined, name: string): SchemaField[] {
    if (!schema) return [];
    const { $defs = {}, properties = {}, required = [] } = toJsonSchema(schema, 'input');
    const names = this.#namesFor($defs, name);
    for (const [id, definition] of Object.entries($defs))
      this.schemas[names.get(id) ?? id] = withReferences(definition, names);
    return Object.entries(properties).map(([field, inner]) => ({
      name: field,
      schema: typeof inner === 'boolean' ? {} : withReferences(inner, names),
      is_required: required.includes(field),
    }));
  }

  /** zod calls repeated schemas without a name `__schema0`; they get the name of what they belong to. */
  #namesFor(definitions: Record<string, JsonSchema>, owner: string): Map<string, string> {
    return new Map(
      Object.entries(definitions).map(([id, definition]) => {
        const wanted = id.startsWith('__schema') ? `${owner}${id.slice('__schema'.length)}` : id;
        return [id, this.#freeName(wanted, definition)];
      }),
    );
  }

  #freeName(wanted: string, schema: JsonSchema): string {
    const text = JSON.stringify(schema);
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : `${wanted}${number}`;
      const standing = this.schemas[name];
      if (!standing || JSON.stringify(standing) === text) return name;
    }
  }
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const {
    $schema: _dialect,
    id: _id,
    ...shown
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The format says it; the expression behind it is a page long.
      if (jsonSchema.format && jsonSchema.format !== 'regex') delete jsonSchema.pattern;
      // An answer may gain fields within the same version, so nobody may insist that it has no others.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  return shown;
}

function withReferences(schema: JsonSchema, names: Map<string, string>): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    if (key === 'id' && typeof value === 'string' && names.has(value)) return undefined;
    if (key !== '$ref' || typeof value !== 'string') return value;
    const id = value.replace('#/$defs/', '');
    return PREFIX + (names.get(id) ?? id);
  });
  return z.custom<JsonSchema>().parse(JSON.parse(text));
}
