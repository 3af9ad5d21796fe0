import type { EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import type { LegalStage, ProvisionStatus } from '#lib/domain/rules/version.ts';
import {
  parametersOfValues,
  readParameterValues,
  valuesOfParameters,
  type ParameterValues,
} from './parameter-form.ts';
import { patchOfParts, readParts, valuesOfParts, type PartValues } from './parts-form.ts';

/** Fields of one line each, by the name they have in a draft. */
export const PLAIN_FIELDS = [
  'label',
  'title',
  'title_translation',
  'stage',
  'valid_from',
  'valid_to',
  'transition_until',
  'partly_replaced_from',
  'comment_until',
  'signed_on',
  'issued_on',
  'source_url',
  'source_title',
  'corrects',
  'note',
  'note_zh',
] as const;
export type PlainField = (typeof PLAIN_FIELDS)[number];

export const PROVISION_FIELDS = [
  'path',
  'title',
  'title_translation',
  'text',
  'translation',
  'status',
  'source',
  'language',
] as const;
export type ProvisionValues = Record<(typeof PROVISION_FIELDS)[number], string> &
  Record<'confirmed' | 'translation_reviewed', boolean>;

/** What the editor holds: text as it was typed, so that nothing is lost where it cannot be kept. */
export type DraftValues = {
  revision: number;
  plain: Record<PlainField, string>;
  is_repeal: boolean;
  without_text: boolean;
  provisions: ProvisionValues[];
  /** Null: the rule carries none. */
  parameters: ParameterValues | null;
  parts: PartValues;
};

type Shown = {
  revision: number;
  is_repeal: boolean;
  without_text: boolean;
  stage: LegalStage;
  provisions: readonly {
    path: string;
    title: string | null;
    title_translation: string | null;
    text: string;
    language: string;
    translation: string | null;
    status: ProvisionStatus | null;
    source: string | null;
    confirmed: boolean;
  }[];
} & Record<Exclude<PlainField, 'stage'>, string | null> &
  Parameters<typeof valuesOfParts>[0];

export function valuesOfDraft(version: Shown, parameters: EligibilityParameters | null): DraftValues {
  const { revision, is_repeal, without_text } = version;
  return {
    revision,
    is_repeal,
    without_text,
    plain: plainOf((name) => version[name] ?? ''),
    provisions: version.provisions.map(({ confirmed, ...provision }) => ({
      ...provisionOf((name) => provision[name] ?? ''),
      confirmed,
      translation_reviewed: false,
    })),
    parameters: parameters && valuesOfParameters(parameters),
    parts: valuesOfParts(version),
  };
}

const PROVISIONS_MAX = 5_000;

/** The editor as it was sent. */
export function readDraftForm(form: FormData): DraftValues {
  const valueOf = (name: string) => {
    const value = form.get(name);
    // Forms send line ends of their own; the text has one kind.
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
  };
  const count = Math.min(Number(valueOf('provision_count')) || 0, PROVISIONS_MAX);
  const ticked = (name: string) => valueOf(name) === 'on';
  return {
    revision: Number(valueOf('revision')) || 0,
    is_repeal: ticked('is_repeal'),
    without_text: ticked('without_text'),
    plain: plainOf((name) => valueOf(name).trim()),
    provisions: Array.from({ length: count }, (_, index) => ({
      ...provisionOf((name) => valueOf(`provisions.${index}.${name}`)),
      confirmed: ticked(`provisions.${index}.confirmed`),
      translation_reviewed: ticked(`provisions.${index}.translation_reviewed`),
    })),
    parameters: ticked('has_parameters')
      ? readParameterValues((name) => valueOf(`parameters.${name}`).trim())
      : null,
    parts: readParts(valueOf),
  };
}

/** What is sent to be kept, for its schema to judge. What was emptied is null. */
export function patchOfValues(values: DraftValues): unknown {
  const { revision, plain, is_repeal, without_text, provisions, parameters, parts } = values;
  const { label, title, stage, ...others } = plain;
  return {
    revision,
    label,
    title,
    stage,
    is_repeal,
    without_text,
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, value === '' ? null : value])),
    parameters: parameters && parametersOfValues(parameters),
    ...patchOfParts(parts),
    provisions: provisions.map(({ path, text, language, confirmed, translation_reviewed, ...rest }) => ({
      path,
      text,
      confirmed,
      translation_reviewed,
      ...(language === '' ? {} : { language }),
      ...Object.fromEntries(
        Object.entries(rest).map(([name, value]) => [name, value.trim() === '' ? null : value]),
      ),
    })),
  };
}

export const EMPTY_PROVISION: ProvisionValues = {
  ...provisionOf(() => ''),
  confirmed: true,
  translation_reviewed: false,
};

/** The provisions after one was added below, removed, or moved by one place: `add:3`, `remove:3`, `up:3`. */
export function arranged(provisions: readonly ProvisionValues[], act: string): ProvisionValues[] {
  const [what, place] = act.split(':');
  const index = Number(place);
  const one = provisions[index];
  if (what === 'add') return provisions.toSpliced(index + 1, 0, EMPTY_PROVISION);
  if (!one) return [...provisions];
  const without = provisions.toSpliced(index, 1);
  if (what === 'remove') return without;
  const to = what === 'up' ? index - 1 : what === 'down' ? index + 1 : index;
  return without.toSpliced(Math.max(0, to), 0, one);
}

function plainOf(valueOf: (name: PlainField) => string): Record<PlainField, string> {
  return {
    label: valueOf('label'),
    title: valueOf('title'),
    title_translation: valueOf('title_translation'),
    stage: valueOf('stage'),
    valid_from: valueOf('valid_from'),
    valid_to: valueOf('valid_to'),
    transition_until: valueOf('transition_until'),
    partly_replaced_from: valueOf('partly_replaced_from'),
    comment_until: valueOf('comment_until'),
    signed_on: valueOf('signed_on'),
    issued_on: valueOf('issued_on'),
    source_url: valueOf('source_url'),
    source_title: valueOf('source_title'),
    corrects: valueOf('corrects'),
    note: valueOf('note'),
    note_zh: valueOf('note_zh'),
  };
}

function provisionOf(valueOf: (name: (typeof PROVISION_FIELDS)[number]) => string) {
  return {
    path: valueOf('path'),
    title: valueOf('title'),
    title_translation: valueOf('title_translation'),
    text: valueOf('text'),
    translation: valueOf('translation'),
    status: valueOf('status'),
    source: valueOf('source'),
    language: valueOf('language'),
  };
}
