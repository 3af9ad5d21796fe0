import { readOpml, writeOpml } from './opml.ts';
import { settingsIn, sourceInput, type SourceInput } from '#lib/domain/watch/source-input.ts';
import type { App } from '#lib/server/app.ts';
import {
  addSource,
  changeSource,
  listSources,
  SOURCES_MAX,
  type Source,
  type SourceRefusal,
} from './sources.ts';

export type OpmlProblem = {
  line: number;
  code: 'no_address' | 'bad_setting' | 'bad_json' | 'cut_off' | SourceRefusal['problem'];
  found: string;
};
export type OpmlReport = { created: number; updated: number; unchanged: number; problems: OpmlProblem[] };

/**
 * Takes sources over from OPML. A source of the same kind and address that is there is brought to the settings of
 * the file when this program wrote it, and left alone when another did. Null when the text is no OPML.
 */
export async function importOpml(app: Pick<App, 'db'>, text: string, now: Date): Promise<OpmlReport | null> {
  const entries = readOpml(text);
  if (!entries) return null;
  const report: OpmlReport = { created: 0, updated: 0, unchanged: 0, problems: [] };
  const known = await knownSources(app);
  for (const entry of entries) {
    const { line } = entry;
    if (!entry.ok) {
      report.problems.push({ line, code: entry.code, found: entry.found });
      continue;
    }
    const { input, is_ours } = entry;
    const key = `${input.kind} ${input.url}`;
    const there = known.get(key);
    if (there && (!is_ours || isSame(inputOf(there), input))) {
      report.unchanged += 1;
      continue;
    }
    const saved = there
      ? await changeSource(app, there.id, { patch: patchTo(input), now })
      : await addSource(app, input, { now });
    if (!saved?.ok) {
      report.problems.push({ line, code: saved?.problem ?? 'bad_setting', found: input.name });
      continue;
    }
    known.set(key, saved.source);
    if (there) report.updated += 1;
    else report.created += 1;
  }
  return report;
}

async function knownSources(app: Pick<App, 'db'>): Promise<Map<string, Source>> {
  const sources = await listSources(app, { limit: SOURCES_MAX });
  return new Map(sources.map((source) => [`${source.kind} ${source.url}`, source]));
}

/** What a patch has to say so that nothing of before is left: absent fields are taken away. */
function patchTo(input: SourceInput): SourceInput {
  const { name_zh = null, authority = null, expected_update_days = null, charset = null } = input;
  const { selectors = null, json = null, inner = null, pages = null, page_url = null } = input;
  const { filter = null, only = null, follows_details = null } = input;
  const settings = { selectors, json, inner, pages, page_url, filter, only, follows_details };
  return { ...input, name_zh, authority, expected_update_days, charset, ...settings };
}

/** A source as it would be given: what stands in a file, or in a form. */
export function inputOf(source: Source): SourceInput {
  const { name, name_zh, kind, url, language, authority, interval_minutes } = source;
  const { expected_update_days, charset, is_enabled, settings } = source;
  const given = {
    ...{ name, name_zh, kind, url, language, authority, interval_minutes, expected_update_days, charset },
    ...{ is_enabled, ...settings },
  };
  return sourceInput.parse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined)),
  );
}

function isSame(a: SourceInput, b: SourceInput): boolean {
  const plain = (input: SourceInput) => JSON.stringify([{ ...patchTo(input), ...settingsIn(input) }]);
  return plain(sourceInput.parse(a)) === plain(sourceInput.parse(b));
}

/** All sources with every setting, as OPML. */
export async function exportOpml(app: Pick<App, 'db'>): Promise<string> {
  const sources = await listSources(app, { limit: SOURCES_MAX });
  return writeOpml(sources.toReversed().map(inputOf), 'Greenlane sources');
}
