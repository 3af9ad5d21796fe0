import { z } from 'zod';
import { SOURCE_KINDS, sourceSettingsSchema, type SourceKind, type SourceSettings } from './source.ts';

const settings = sourceSettingsSchema.shape;
/** A week is the rarest that a source is asked; five minutes the most often. */
export const INTERVAL_MINUTES = { min: 5, default: 60, max: 10_080 } as const;
export const EXPECTED_UPDATE_DAYS_MAX = 3_650;

const fields = {
  name: z.string().trim().min(1).max(200).describe('What people call it.'),
  name_zh: z.string().trim().min(1).max(200).nullish(),
  kind: z.enum(SOURCE_KINDS).describe('How its items are found; manual: nothing is fetched.'),
  url: z
    .string()
    .trim()
    .max(2000)
    .refine(isWebAddress, 'is not a web address: write it with http:// or https://, without a password')
    .overwrite(withHostAsAsked)
    .describe('Addresses with http are taken too, because some official sites have no other.'),
  language: z
    .string()
    .trim()
    .regex(/^[a-z]{2}(-[A-Za-z0-9]+)*$/, 'is not a language tag such as zh-CN or en')
    .max(35),
  authority: z.string().trim().min(1).max(200).nullish().describe('Who issues what stands there.'),
  interval_minutes: z.int().min(INTERVAL_MINUTES.min).max(INTERVAL_MINUTES.max),
  expected_update_days: z
    .int()
    .min(1)
    .max(EXPECTED_UPDATE_DAYS_MAX)
    .nullish()
    .describe('Without anything new for longer, the source counts as silent.'),
  charset: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .nullish()
    .describe('The encoding, where what the site declares is wrong.'),
  is_enabled: z.boolean(),
  selectors: settings.selectors.nullish(),
  json: settings.json.nullish(),
  inner: settings.inner.nullish(),
  pages: settings.pages.nullish(),
  page_url: settings.page_url.nullish(),
  filter: settings.filter.nullish(),
  only: settings.only.nullish(),
  follows_details: settings.follows_details.nullish(),
};

/** A source as a program or a form gives it: its row and its settings side by side. */
export const sourceInput = z
  .strictObject({
    ...fields,
    language: fields.language.default('zh-CN'),
    interval_minutes: fields.interval_minutes.default(INTERVAL_MINUTES.default),
    is_enabled: fields.is_enabled.default(true),
  })
  .meta({
    examples: [{ name: 'Notices', kind: 'feed', url: 'https://example.org/notices.xml' }],
  });
export type SourceInput = z.infer<typeof sourceInput>;

/** What is to change; null takes a field away. */
export const sourcePatch = z.strictObject(fields).partial();
export type SourcePatch = z.infer<typeof sourcePatch>;

export const SETTING_NAMES = [
  'selectors',
  'json',
  'inner',
  'pages',
  'page_url',
  'filter',
  'only',
  'follows_details',
] as const;

/** The settings among the fields, those that are absent or null left out. */
export function settingsIn(given: SourcePatch): SourceSettings {
  return sourceSettingsSchema.parse(
    Object.fromEntries(
      SETTING_NAMES.flatMap((name) => {
        const value = given[name];
        return value === null || value === undefined ? [] : [[name, value] as const];
      }),
    ),
  );
}

/**
 * Whether the page of each item is fetched too: asked for, or a list or feed, whose substance stands there.
 * Rows of a service carry what they say in themselves.
 */
export function followsDetails(kind: SourceKind, { follows_details }: SourceSettings): boolean {
  return follows_details ?? (kind === 'html_list' || kind === 'feed');
}

function isWebAddress(written: string): boolean {
  if (!/^https?:\/\//i.test(written) || !URL.canParse(written)) return false;
  const { username, password, hostname } = new URL(written);
  return username === '' && password === '' && hostname !== '';
}

/** One host has one gate, however it is written: with its default port, in capitals, or in Chinese. */
function withHostAsAsked(written: string): string {
  if (!isWebAddress(written)) return written;
  return written.replace(/^(https?:\/\/)[^/?#\\]+/i, (_, scheme: string) => scheme + new URL(written).host);
}
