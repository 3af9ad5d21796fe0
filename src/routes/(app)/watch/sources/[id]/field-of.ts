import type { TextKey } from '#lib/i18n/text.ts';
import { firstWrong, type SourceForm, type WrongFields } from '../source-form.ts';

/** What each field wants, said where it did not get it. */
const WANTED = {
  name: 'sources.wanted.name',
  url: 'sources.wanted.url',
  language: 'sources.wanted.language',
  interval_minutes: 'sources.wanted.interval',
  expected_update_days: 'sources.wanted.expected',
  item: 'sources.problem.needs_selectors',
  link_template: 'sources.wanted.link_template',
  inner: 'sources.wanted.path',
  pages: 'sources.wanted.pages',
  page_url: 'sources.wanted.page_url',
  json: 'sources.wanted.json',
  only: 'sources.wanted.only',
} satisfies Partial<Record<keyof SourceForm, TextKey>>;

const isWanted = (name: keyof SourceForm): name is keyof typeof WANTED => name in WANTED;

type Given = { values: SourceForm; fields: WrongFields; text: (key: TextKey) => string };
export type FieldProps = {
  name: keyof SourceForm;
  value: string;
  error: string | undefined;
  focused: boolean;
};

/** One field of the form as its input takes it; the first wrong one takes the focus. */
export function fieldOf(name: keyof SourceForm, { values, fields, text }: Given): FieldProps {
  const wrong = isWanted(name) ? WANTED[name] : 'sources.form.bad_value';
  return {
    name,
    value: values[name],
    error: fields[name] ? text(wrong) : undefined,
    focused: firstWrong(fields) === name,
  };
}
