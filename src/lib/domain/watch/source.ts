import { z } from 'zod';

/** How the items of a source are found. `manual`: never fetched, pages are brought by a person. */
export const SOURCE_KINDS = ['feed', 'html_list', 'page', 'json', 'manual'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * `blocked` is a wall that only a browser passes: shown, told, never got around, and never "no news".
 * `changed_layout`: the list was read and yields nothing where it did. `silent`: read, but nothing new for
 * longer than the source's own rhythm.
 */
export const HEALTHS = [
  'new',
  'healthy',
  'silent',
  'changed_layout',
  'blocked',
  'failing',
  'paused',
] as const;
export type Health = (typeof HEALTHS)[number];

/** Pages of a list that one check reads; the newest stand first. */
const PAGES_MAX = 20;

/**
 * A CSS selector, with `@name` behind it for an attribute instead of the text: `a@title`, `@href`. Parts
 * parted by `|` are tried in turn.
 */
const selector = z.string().trim().min(1).max(300);
const path = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[\w$-]+(?:\.[\w$-]+)*$/, 'is not a path such as data.rows');

export const sourceSettingsSchema = z.strictObject({
  selectors: z
    .strictObject({
      item: selector,
      title: selector.optional(),
      link: selector.optional(),
      /** An address with `{}` in it, for links that stand in a script: `showInfo('ab12')` fills in ab12. */
      link_template: z.string().trim().max(500).includes('{}').optional(),
      /** Its own number, where the list has a column for it. */
      code: selector.optional(),
      date: selector.optional(),
      detail_body: selector.optional(),
    })
    .optional(),
  json: z
    .strictObject({
      rows: path,
      key: path.optional(),
      title: path,
      link: z.string().trim().min(1).max(500).optional(),
      code: path.optional(),
      date: path.optional(),
      effective: path.optional(),
      state: path.optional(),
    })
    .optional(),
  /** Where the HTML of a list sits when the answer is not that HTML itself. */
  inner: z
    .union([z.strictObject({ json_path: path }), z.strictObject({ datastore: z.literal(true) })])
    .optional(),
  pages: z.int().min(1).max(PAGES_MAX).optional(),
  /** The address of page n of a list, with `{page}` in it, where the page itself does not say. */
  page_url: z.string().max(2000).includes('{page}').optional(),
  /** Words parted by `|`: an item without any of them is not kept. */
  filter: z.string().trim().min(1).max(500).optional(),
  /**
   * Fields of a JSON row that must have this value, or begin with it where it ends in `*`, because some
   * services ignore their own filters.
   */
  only: z.record(path, z.string().max(200)).optional(),
  /** Whether the page of each item is fetched as well. */
  follows_details: z.boolean().optional(),
});
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;

/** What is missing for this kind to be read; null when nothing is. */
export function missingSetting(kind: SourceKind, settings: SourceSettings): 'selectors' | 'json' | null {
  if (kind === 'html_list' && !settings.selectors) return 'selectors';
  return kind === 'json' && !settings.json ? 'json' : null;
}
