import {
  COMPONENTS_MAX,
  CONTENTS_MAX,
  FLAME_RETARDANTS,
  ITEMS_MAX,
} from '#lib/domain/eligibility/engine/input.ts';
import { remember } from '#lib/domain/eligibility/engine/memo.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import type { DecisionRequest } from './decision-request.ts';

/**
 * Whether a value is a question in the very form that `decisionRequestSchema` would make of it: sent whole, without
 * ids to look up, its parts in the order of the contract and without fields of others. Most programs send nothing
 * else, and for them the schema, which copies each part, is the dearest step of a decision (measured: 6 times this).
 * Whatever is not plain is read by the schema, so that this never refuses anything. A test holds the two together.
 */
export function isPlainRequest(value: unknown): value is DecisionRequest {
  if (!isRecord(value)) return false;
  const { declaration_date, customs_office, reference, known_at, product_id, report_id, hs_code } = value;
  return (
    isPlainDay(declaration_date) &&
    (isAbsent(customs_office) || (typeof customs_office === 'string' && OFFICE.test(customs_office))) &&
    (isAbsent(reference) || short(reference)) &&
    isAbsent(known_at) &&
    isAbsent(product_id) &&
    isAbsent(report_id) &&
    isAbsent(hs_code) &&
    product(value.product) &&
    report(value.report) &&
    (isAbsent(value.materials) || materials(value.materials))
  );
}

type Takes = (value: unknown) => boolean;
type Field = { name: string; takes: Takes; is_needed: boolean };

const OFFICE = /^\d{4}$/;
const isAbsent: Takes = (value) => value === undefined || value === null;
/** Few days stand in many questions. */
const isKnownDay = remember(isDay);
const isPlainDay: Takes = (value) => typeof value === 'string' && value.length === 10 && isKnownDay(value);
const text =
  (length_max: number): Takes =>
  (value) =>
    typeof value === 'string' && value.length <= length_max;
const short = text(200);
const isBoolean: Takes = (value) => typeof value === 'boolean';
const writtenText = text(500);
const written: Takes = (value) => (typeof value === 'number' ? Number.isFinite(value) : writtenText(value));
const flame: Takes = (value) => FLAME_RETARDANTS.some((one) => one === value);

const needed = (name: string, takes: Takes): Field => ({ name, takes, is_needed: true });
const optional = (name: string, takes: Takes): Field => ({
  name,
  takes: (value) => value === null || takes(value),
  is_needed: false,
});
const listOf =
  (takes: Takes, length_max: number): Takes =>
  (value) =>
    Array.isArray(value) && value.length <= length_max && value.every(takes);

const product = objectOf([
  needed('category', short),
  optional('hs_code', short),
  optional('gtin', short),
  optional('model', short),
  optional('name', short),
]);
const item = objectOf([
  needed('clause', short),
  optional('topic', short),
  needed('verdict', short),
  optional('result', written),
  optional('limit', written),
  optional('unit', text(40)),
  optional('accredited', isBoolean),
]);
const report = objectOf([
  needed('report_no', short),
  optional('replaced_by', short),
  needed('issued_on', isPlainDay),
  optional('tested_from', isPlainDay),
  optional('tested_to', isPlainDay),
  optional('category', short),
  needed('lab', objectOf([needed('cnas_id', short), optional('site', short)])),
  needed('standard', text(500)),
  needed('items', listOf(item, ITEMS_MAX)),
]);
const materials = listOf(
  objectOf([
    needed('component', short),
    needed(
      'declares',
      objectOf([
        optional('phthalate_free', isBoolean),
        optional('heavy_metals_ppm', written),
        optional('flame_retardants', flame),
        optional(
          'contents',
          listOf(objectOf([needed('substance', short), needed('content', written)]), CONTENTS_MAX),
        ),
      ]),
    ),
  ]),
  COMPONENTS_MAX,
);

/** An object of these fields in this order and no others. */
function objectOf(fields: readonly Field[]): Takes {
  return (value) => {
    if (!isRecord(value)) return false;
    let at = 0;
    for (const name in value) {
      let field = fields[at];
      for (; field && field.name !== name; field = fields[at]) {
        if (field.is_needed) return false;
        at += 1;
      }
      if (!field?.takes(value[name])) return false;
      at += 1;
    }
    for (let field = fields[at]; field; field = fields[(at += 1)]) if (field.is_needed) return false;
    return true;
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
