import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationNames } from '#lib/server/db/migrate.ts';

/** What is wrong with a folder of migrations: an edited, missing, unrecorded, misnamed or misnumbered one. */
export async function migrationProblems(folder: string): Promise<string[]> {
  const names = await migrationNames(folder);
  const recorded = await readChecksums(folder);
  const problems: string[] = [];
  for (const file of await readdir(folder))
    if (file.endsWith('.ts') && !names.includes(file.slice(0, -'.ts'.length)))
      problems.push(`${file} is no name of a migration (0001_name.ts)`);
  for (const name of names) {
    const bytes = await readFile(join(folder, `${name}.ts`));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const known = recorded.get(name);
    if (!known) problems.push(`${name} has no line in checksums; run npm run schema`);
    else if (known !== hash)
      problems.push(`${name} differs from its checksum: a landed migration is never edited`);
  }
  for (const name of recorded.keys())
    if (!names.includes(name)) problems.push(`${name} is recorded in checksums and missing`);
  return [...problems, ...gaps(names)];
}

async function readChecksums(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, 'checksums'), 'utf8');
  const lines = text.split('\n').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)] as const));
}

function gaps(names: readonly string[]): string[] {
  let expected = 1;
  return names.flatMap((name) => {
    const number = Number(name.slice(0, 4));
    const problem =
      number < expected
        ? [`number ${number} is used twice, by ${name}`]
        : number > expected
          ? [`number ${expected} is missing before ${name}`]
          : [];
    expected = number + 1;
    return problem;
  });
}
