import type { ListedOperation } from '#lib/server/http/operations.ts';

/** A method that a route file answers, and the operation it answers with. */
export type Mount = { method: string; path: string; operation: unknown };

/**
 * The operations that a route file mounts. `file` is its path below src/routes/api/v1. Route files are thin:
 * whatever is exported otherwise than by `export const GET: RequestHandler = (event) => respond(…, event);`
 * is refused here, so that no endpoint escapes the list.
 */
export async function mountsIn(file: string, source: string): Promise<Mount[]> {
  const path = file.replace(/\/\+server\.ts$/, '').replaceAll(/\[(?:\.\.\.)?(\w+)(?:=\w+)?\]/g, '{$1}');
  const imports = new Map(
    [...source.matchAll(/import \{([^}]+)\} from '(#lib\/server\/[^']+)'/g)].flatMap(
      ([, names = '', from = '']) => names.split(',').map((name) => [name.trim(), from] as const),
    ),
  );
  const mounted = new Map(
    [
      ...source.matchAll(/export const ([A-Z]+): RequestHandler = \(event\) =>\s*respond\((\w+), event\);/g),
    ].map(([, method = '', name = '']) => [method, name] as const),
  );
  for (const [, method = ''] of source.matchAll(/export (?:const|let|async function|function) (\w+)/g))
    if (!mounted.has(method)) throw new Error(`${file} exports ${method} otherwise than by respond`);
  const found: Mount[] = [];
  for (const [method, name] of mounted) {
    const from = imports.get(name);
    const module: unknown = from ? await import(from) : null;
    const exported = new Map<string, unknown>(Object.entries(module ?? {}));
    const operation = exported.get(name);
    if (!operation) throw new Error(`${file} imports no operation ${name}`);
    found.push({ method, path, operation });
  }
  return found;
}

/** What stands in only one of the two, or in both but differently: one sentence each. */
export function unmatched(mounts: readonly Mount[], listed: readonly ListedOperation[]): string[] {
  const problems: string[] = [];
  for (const mount of mounts) {
    const own = listed.find((one) => one === mount.operation);
    const here = `${mount.method} ${mount.path}`;
    if (!own) problems.push(`${here} is mounted but not listed`);
    else if (nameOf(own) !== here) problems.push(`${here} mounts the operation of ${nameOf(own)}`);
  }
  for (const own of listed) {
    const count = mounts.filter(
      (mount) => mount.operation === own && nameOf(own) === `${mount.method} ${mount.path}`,
    ).length;
    if (count === 0) problems.push(`${nameOf(own)} is listed but not mounted`);
    if (count > 1) problems.push(`${nameOf(own)} is mounted ${count} times`);
  }
  return problems;
}

function nameOf({ method, path }: Pick<ListedOperation, 'method' | 'path'>): string {
  return `${method.toUpperCase()} ${path}`;
}
