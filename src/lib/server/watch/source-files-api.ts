import { z } from 'zod';
import { textsOf } from '#lib/i18n/texts.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { operation, readBytes } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { exportOpml, importOpml, type OpmlProblem } from './import-opml.ts';

const OPML_BYTES_MAX = 10 * 1024 * 1024;
const english = textsOf('en');

const PROBLEMS = {
  no_address: 'sources.opml.no_address',
  bad_setting: 'sources.opml.bad_setting',
  bad_json: 'sources.opml.bad_json',
  missing_selectors: 'sources.problem.needs_selectors',
  missing_json: 'sources.problem.needs_json',
  unknown_charset: 'sources.problem.unknown_charset',
  cut_off: 'sources.opml.cut_off',
  too_many: 'sources.opml.too_many',
} satisfies Record<OpmlProblem['code'], TextKey>;

/** One sentence for an outline that was not taken over. */
export function opmlProblemText({ code, found }: OpmlProblem, text = english): string {
  return text(PROBLEMS[code], { found });
}

export const getSourcesOpml = operation({
  method: 'get',
  path: '/sources/export.opml',
  tag: 'Watch',
  summary: 'All sources as OPML, with every setting',
  description:
    'Feeds are read by any program; what others do not know stands in an attribute of its own namespace.',
  access: { scope: 'watch:read', side: 'operator' },
  response: { description: 'The file.', media_type: 'text/x-opml' },
  run: async ({ app }) =>
    new Response(await exportOpml(app), {
      headers: {
        'content-type': 'text/x-opml; charset=utf-8',
        'content-disposition': 'attachment; filename="sources.opml"',
        'cache-control': 'private, no-cache',
      },
    }),
});

export const postSourcesOpml = operation({
  method: 'post',
  path: '/sources/import.opml',
  tag: 'Watch',
  summary: 'Take sources over from OPML',
  description:
    'Of this program with every setting, of others as feeds and pages. Sources that are there are not added again; outlines that cannot be used are named by line and the others are kept.',
  access: { scope: 'watch:write', side: 'operator' },
  raw_body: {
    media_types: [
      'text/x-opml',
      'application/xml',
      'text/xml',
      'text/x-opml+xml',
      'application/octet-stream',
      'text/plain',
    ],
    description: 'An OPML file of at most 10 MB.',
  },
  response: {
    description: 'What became of the outlines.',
    schema: z.object({
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      errors: z.array(z.object({ line: z.int(), code: z.string(), message: z.string() })),
    }),
  },
  run: async ({ app, request }) => {
    const bytes = await readBytes(request, OPML_BYTES_MAX);
    const report = await importOpml(app, decodeText(bytes).text, app.now());
    if (!report)
      refuse(
        422,
        'The file is no OPML: there is no <opml> in it. Export it again from the program it comes from.',
      );
    const { problems, ...counts } = report;
    return {
      ...counts,
      errors: problems.map((problem) => ({
        line: problem.line,
        code: problem.code,
        message: opmlProblemText(problem),
      })),
    };
  },
});
