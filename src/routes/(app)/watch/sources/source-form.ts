import { missingSetting } from '#lib/domain/watch/source.ts';
import { settingsIn, sourceInput, type SourceInput } from '#lib/domain/watch/source-input.ts';

/** What stands in the form of a source: every field as it was typed. */
export type SourceForm = Record<(typeof FORM_FIELDS)[number], string>;
export const FORM_FIELDS = [
  'name',
  'name_zh',
  'kind',
  'url',
  'language',
  'authority',
  'interval_minutes',
  'expected_update_days',
  'charset',
  'is_enabled',
  'item',
  'title',
  'link',
  'link_template',
  'code',
  'date',
  'detail_body',
  'inner',
  'pages',
  'page_url',
  'filter',
  'json',
  'only',
] as const;
export type WrongFields = Partial<Record<keyof SourceForm, string>>;

/** What only a list is read by, and only a JSON service. */
const OF_LIST = [
  'item',
  'title',
  'link',
  'link_template',
  'code',
  'date',
  'inner',
  'pages',
  'page_url',
] as const;
const OF_JSON = ['json', 'only'] as const;
/** What most sources leave as it is; whoever set one of them wants to see it. */
const UNUSUAL = [
  'filter',
  'charset',
  'detail_body',
  'code',
  'link_template',
  'inner',
  'pages',
  'page_url',
] as const;
const FURTHER: ReadonlySet<string> = new Set([
  'name_zh',
  'authority',
  'language',
  'interval_minutes',
  'expected_update_days',
  ...UNUSUAL,
]);
const SELECTORS = ['item', 'title', 'link', 'link_template', 'code', 'date', 'detail_body'] as const;

export function emptyForm(): SourceForm {
  return formOf(
    sourceInput.parse({
      name: '-',
      kind: 'html_list',
      url: 'https://example.org',
      selectors: { item: 'li' },
    }),
    true,
  );
}

/** The form of a source that is there. */
export function formOf(source: SourceInput, is_new = false): SourceForm {
  const { selectors, inner } = source;
  const text = (value: string | number | null | undefined) => String(value ?? '');
  const written = (value: unknown) => (value ? JSON.stringify(value) : '');
  const found: SourceForm = {
    name: is_new ? '' : source.name,
    name_zh: text(source.name_zh),
    kind: source.kind,
    url: is_new ? '' : source.url,
    language: source.language,
    authority: text(source.authority),
    interval_minutes: text(source.interval_minutes),
    expected_update_days: text(source.expected_update_days),
    charset: text(source.charset),
    is_enabled: source.is_enabled ? 'on' : '',
    item: text(selectors?.item),
    title: text(selectors?.title),
    link: text(selectors?.link),
    link_template: text(selectors?.link_template),
    code: text(selectors?.code),
    date: text(selectors?.date),
    detail_body: text(selectors?.detail_body),
    inner: !inner ? '' : 'json_path' in inner ? inner.json_path : 'datastore',
    pages: text(source.pages),
    page_url: text(source.page_url),
    filter: text(source.filter),
    json: written(source.json),
    only: written(source.only),
  };
  return found;
}

/** The first field, from above, that cannot be used. */
export function firstWrong(fields: WrongFields): keyof SourceForm | null {
  return FORM_FIELDS.find((name) => fields[name] !== undefined) ?? null;
}

/** Whether the further settings stand open: something unusual is set, or something among them is wrong. */
export function isFurtherOpen(values: SourceForm, fields: WrongFields): boolean {
  return UNUSUAL.some((name) => values[name] !== '') || Object.keys(fields).some((name) => FURTHER.has(name));
}

/**
 * What of the form counts for its kind: what was typed for another one stays in the form and says nothing. A page
 * or a feed has no items to select, and the settings want the selector of one: its body stands in.
 */
function ofItsKind(form: SourceForm): SourceForm {
  const kept = { ...form };
  if (form.kind !== 'html_list') {
    for (const name of OF_LIST) kept[name] = '';
    kept.item = form.detail_body;
  }
  if (form.kind !== 'json') for (const name of OF_JSON) kept[name] = '';
  return kept;
}

/** The settings that a form says; each field that cannot be used is named. */
export function readForm(
  typed: SourceForm,
  follows_details: boolean | null,
): { ok: true; input: SourceInput } | { ok: false; fields: WrongFields } {
  const form = ofItsKind(typed);
  const given = (value: string) => (value === '' ? undefined : value);
  const number = (value: string) => (value === '' ? undefined : Number(value.normalize('NFKC')));
  const json = parsed(form.json);
  const only = parsed(form.only);
  const wrong: Record<string, string> = {};
  if (!json.ok) wrong.json = 'json';
  if (!only.ok) wrong.only = 'json';
  const selectors = Object.fromEntries(
    SELECTORS.flatMap((name) => (form[name] === '' ? [] : [[name, form[name]] as const])),
  );
  const read = sourceInput.safeParse({
    name: form.name,
    name_zh: given(form.name_zh),
    kind: form.kind,
    url: form.url,
    language: given(form.language),
    authority: given(form.authority),
    interval_minutes: number(form.interval_minutes),
    expected_update_days: number(form.expected_update_days),
    charset: given(form.charset),
    is_enabled: form.is_enabled === 'on',
    ...(Object.keys(selectors).length > 0 ? { selectors } : {}),
    ...(json.ok && json.value !== undefined ? { json: json.value } : {}),
    ...(only.ok && only.value !== undefined ? { only: only.value } : {}),
    inner:
      form.inner === ''
        ? undefined
        : form.inner === 'datastore'
          ? { datastore: true }
          : { json_path: form.inner },
    pages: number(form.pages),
    page_url: given(form.page_url),
    filter: given(form.filter),
    ...(follows_details === null ? {} : { follows_details }),
  });
  if (!read.success)
    for (const { path } of read.error.issues) {
      const [first, second] = path.map(String);
      wrong[first === 'selectors' ? (second ?? 'item') : (first ?? 'name')] ??= 'value';
    }
  const missing = read.success ? missingSetting(read.data.kind, settingsIn(read.data)) : null;
  if (missing) wrong[missing === 'json' ? 'json' : 'item'] ??= 'missing';
  return read.success && Object.keys(wrong).length === 0
    ? { ok: true, input: read.data }
    : { ok: false, fields: wrong };
}

function parsed(text: string): { ok: true; value: unknown } | { ok: false } {
  if (text === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}
