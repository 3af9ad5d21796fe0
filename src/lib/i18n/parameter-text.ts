import type { Json } from '#lib/domain/rules/canonical-json.ts';
import { fieldOfPath, PARAMETER_FIELDS, type ParameterField } from '#lib/domain/rules/parameter-fields.ts';
import { valueAtPath } from '#lib/domain/rules/parameter-path.ts';
import type { EligibilityParameters, MaterialLimit } from '#lib/domain/rules/parameters.ts';
import type { TextKey } from './text.ts';
import type { View } from './view.ts';

type Named = { name: string | null; name_zh: string | null };
/** What offices, districts and categories are called, by code or slug. */
export type ParameterNames = {
  offices: Record<string, Named>;
  districts: Record<string, Named>;
  categories: Record<string, Named>;
};

export const PARAMETER_NAME: Readonly<Record<string, TextKey>> = {
  standard_instrument: 'rules.parameter.standard_instrument',
  standard_no: 'rules.parameter.standard_no',
  slots: 'rules.parameter.slots',
  report_age_days: 'rules.parameter.report_age_days',
  programme_offices: 'rules.parameter.programme_offices',
  programme_launched_on: 'rules.parameter.programme_launched_on',
  programme_closed_on: 'rules.parameter.programme_closed_on',
  accreditation_schemes: 'rules.parameter.accreditation_schemes',
  accreditation_needs_scope: 'rules.parameter.accreditation_needs_scope',
  categories_listed: 'rules.parameter.categories_listed',
  categories_catalogue_size: 'rules.parameter.categories_catalogue_size',
  categories_catalogue_complete: 'rules.parameter.categories_catalogue_complete',
  materials_limits: 'rules.parameter.materials_limits',
  materials_phthalate_free: 'rules.parameter.materials_phthalate_free',
  materials_flame_retardants_declared: 'rules.parameter.materials_flame_retardants_declared',
  pending_interpretation: 'rules.parameter.pending_interpretation',
  blocks_programme_open: 'rules.parameter.blocks_programme_open',
  blocks_category_listed: 'rules.parameter.blocks_category_listed',
  blocks_category_alignment: 'rules.parameter.blocks_category_alignment',
  blocks_report_standard_edition: 'rules.parameter.blocks_report_standard_edition',
  blocks_report_full_scope: 'rules.parameter.blocks_report_full_scope',
  blocks_report_clause: 'rules.parameter.blocks_report_clause',
  blocks_report_age: 'rules.parameter.blocks_report_age',
  blocks_lab_accreditation: 'rules.parameter.blocks_lab_accreditation',
  blocks_lab_scope: 'rules.parameter.blocks_lab_scope',
  blocks_materials_declaration: 'rules.parameter.blocks_materials_declaration',
};

export const SCHEME_NAME = {
  cnas: 'rules.parameter.scheme_cnas',
  cma: 'rules.parameter.scheme_cma',
  ilac_mra: 'rules.parameter.scheme_ilac',
} as const satisfies Record<EligibilityParameters['accreditation']['schemes'][number], TextKey>;

export const LIMIT_SIGN = { lt: '<', le: '≤', gt: '>', ge: '≥' } as const satisfies Record<
  MaterialLimit['operator'],
  string
>;

/** One parameter as a page shows it: its name, what it says line by line, and the clause that sets it. */
export type ParameterRow = {
  path: string;
  name: string;
  lines: string[];
  /** Null: set by a clause that is not given yet; undefined: no clause sets it. */
  clause: string | null | undefined;
};

export function parameterRows(
  parameters: EligibilityParameters,
  names: ParameterNames,
  view: View,
): ParameterRow[] {
  return PARAMETER_FIELDS.map((field) => ({
    path: field.path,
    name: parameterName(field.path, view),
    lines: linesOf(field, parameters, { names, view }),
    clause: field.clause === null ? undefined : textOf(valueAtPath(parameters, field.clause)),
  }));
}

/** The name of the field that a path, such as that of a change, belongs to. */
export function parameterName(path: string, { text }: View): string {
  const key = PARAMETER_NAME[fieldOfPath(path)?.label ?? ''];
  return key ? text(key) : path;
}

type Said = { names: ParameterNames; view: View };

function linesOf(field: ParameterField, parameters: EligibilityParameters, said: Said): string[] {
  const { text, format } = said.view;
  const value = valueAtPath(parameters, field.path);
  if (value === null && field.kind !== 'flag') return [text('rules.parameter.open')];
  switch (field.kind) {
    case 'slots':
      return slotLines(parameters, said.view);
    case 'limits':
      return parameters.materials.limits.map((limit) => limitText(limit, said.view));
    case 'set':
      return [...membersOf(field.members, parameters, said), ...unnamedOf(field, parameters, said.view)];
    case 'integer':
      if (field.unit === 'days') return [text('rules.parameter.days', { count: Number(value) })];
      return [text('rules.parameter.categories', { count: Number(value) })];
    case 'day':
      return [format.day(textOf(value) ?? '', 'always')];
    case 'choice':
      return [text(value === 'block' ? 'rules.parameter.block' : 'rules.parameter.caveat')];
    case 'flag':
      // A check that a record does not name blocks.
      if (field.path.startsWith('blocks.'))
        return [text(value === false ? 'rules.parameter.warns' : 'rules.parameter.blocks')];
      return [text(value === true ? 'rules.parameter.yes' : 'rules.parameter.no')];
    case 'text':
    case 'clause':
    case 'standard':
    case 'instrument':
      return [textOf(value) ?? ''];
    default:
      return field satisfies never;
  }
}

function slotLines({ slots }: EligibilityParameters, { text, language }: View): string[] {
  const pathsOf = (is_confirmed: boolean) =>
    slots
      .filter(({ confirmed }) => confirmed === is_confirmed)
      .map(({ slot, clause }) => clause ?? String(slot))
      .join(separator(language));
  const [known, assumed] = [pathsOf(true), pathsOf(false)];
  return [
    text('rules.parameter.slots_shown', { count: slots.length, clauses: known || '–' }),
    ...(assumed ? [text('rules.parameter.slots_assumed', { clauses: assumed })] : []),
  ];
}

function membersOf(
  members: 'customs_office' | 'category' | 'accreditation_scheme',
  { programme, categories, accreditation }: EligibilityParameters,
  { names, view }: Said,
): string[] {
  const { text, language } = view;
  const called = (named: Named | undefined) =>
    (language === 'zh-CN' ? (named?.name_zh ?? named?.name) : (named?.name ?? named?.name_zh)) ?? '';
  switch (members) {
    case 'customs_office':
      return programme.offices.map((code) => {
        const district = names.districts[code];
        return district
          ? text('rules.parameter.district', { name: `${code} ${called(district)}` })
          : `${code} ${called(names.offices[code])}`.trim();
      });
    case 'category':
      return [
        categories.listed.map((slug) => called(names.categories[slug]) || slug).join(separator(language)),
      ];
    case 'accreditation_scheme':
      return [accreditation.schemes.map((scheme) => text(SCHEME_NAME[scheme])).join(separator(language))];
    default:
      return members satisfies never;
  }
}

/** Categories that the authority counted and nobody named are said to be unknown. */
function unnamedOf(field: ParameterField, { categories }: EligibilityParameters, { text }: View): string[] {
  const { listed, catalogue_size, catalogue_complete } = categories;
  if (field.path !== 'categories.listed' || catalogue_size === null || catalogue_complete) return [];
  const count = catalogue_size - listed.length;
  return count > 0 ? [text('rules.parameter.unnamed', { count, size: catalogue_size })] : [];
}

function limitText({ substance, operator, value, unit, clause }: MaterialLimit, { format }: View): string {
  const limit = `${substance} ${LIMIT_SIGN[operator]} ${number(value, format)} ${unit}`;
  return clause === null ? limit : `${limit} (${clause})`;
}

function number(value: number, format: View['format']): string {
  return Number.isInteger(value) ? format.count(value) : String(value);
}

/** One side of a change, in a few words. */
export function changedValue(value: Json, { text }: View): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return text(value ? 'rules.parameter.yes' : 'rules.parameter.no');
  return textOf(value) ?? JSON.stringify(value);
}

function textOf(value: Json): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function separator(language: View['language']): string {
  return language === 'zh-CN' ? '、' : ', ';
}
