import { z } from 'zod';
import {
  BODY_LENGTH_MAX,
  SUBJECT_LENGTH_MAX,
  TEMPLATE_CHANNELS,
  VARIABLES_OF,
} from '#lib/domain/alerts/template.ts';
import { LANGUAGES } from '#lib/i18n/text.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { orRefuse } from './refusal.ts';
import { READ, WRITE } from './subscriptions-api.ts';
import { previewTemplate } from './template-preview.ts';
import {
  listTemplates,
  problemSentence,
  problemsOf,
  resetTemplate,
  setTemplate,
  type PlacedProblem,
} from './templates.ts';

const params = z.object({
  channel: z
    .enum(TEMPLATE_CHANNELS)
    .describe(
      '`robot`: what is posted to DingTalk, WeCom, Feishu, Slack and Teams. `_digest`: what is said of a period.',
    ),
  language: z.enum(LANGUAGES),
});
const fields = {
  subject: z.string().trim().min(1).max(SUBJECT_LENGTH_MAX).meta({ example: '{{title}}' }),
  body: z
    .string()
    .trim()
    .min(1)
    .max(BODY_LENGTH_MAX)
    .describe(
      `Plain text with variables, ${TEMPLATE_CHANNELS.map((one) => `\`${one}\`: ${VARIABLES_OF[one].map((name) => `{{${name}}}`).join(', ')}`).join('; ')}. A line whose variables say nothing is left out.`,
    )
    .meta({ example: 'From when: {{from_when}}\nWhat to do: {{what_to_do}}\n{{link}}' }),
};
const answer = z.object({
  ...params.shape,
  subject: z.string(),
  body: z.string(),
  of: z.enum(['built_in', 'operator', 'firm']).describe('Whose words they are.'),
  updated_by: z.string().nullable(),
  updated_at: z.string().nullable(),
});

/** Each problem with its line. */
function refuseProblems(problems: readonly PlacedProblem[]): never {
  const errors = problems.map((problem) => ({
    field: problem.field,
    line: problem.line,
    code: problem.code,
    message: problemSentence(problem, 'en'),
  }));
  refuse(422, 'The text cannot be used. Each error says where, and what to write instead.', errors);
}

export const getTemplates = operation({
  method: 'get',
  path: '/templates',
  tag: 'Alerts',
  summary: 'What mails and chat robots say',
  access: READ,
  response: {
    description:
      'One text for each channel and language: the firm’s own, else the operator’s, else the built-in one.',
    schema: z.object({ items: z.array(answer) }),
  },
  run: async ({ app, actor, firm }) => {
    const items = await listTemplates(app, { actor, firm });
    return { items: items.map((one) => ({ ...one, updated_at: one.updated_at?.toISOString() ?? null })) };
  },
});

export const putTemplate = operation({
  method: 'put',
  path: '/templates/{channel}/{language}',
  tag: 'Alerts',
  summary: 'Say it in your own words',
  description:
    'For the firm, or for the operator and with it for all firms that have no words of their own. Standard webhooks keep their shape.',
  access: WRITE,
  params,
  body: z.strictObject(fields),
  response: { status: 204, description: 'It is used from the next message on.' },
  run: async ({ app, actor, firm, params: { channel, language }, body }) => {
    const result = await setTemplate(app, { actor, firm }, { channel, language, ...body });
    if (!result.ok) refuseProblems(result.problems);
  },
});

export const removeTemplate = operation({
  method: 'delete',
  path: '/templates/{channel}/{language}',
  tag: 'Alerts',
  summary: 'Go back to the text that is built in',
  access: WRITE,
  params,
  response: { status: 204, description: 'The own words are gone.' },
  run: ({ app, actor, firm, params: asked }) => resetTemplate(app, { actor, firm }, asked),
});

export const postTemplatePreview = operation({
  method: 'post',
  path: '/templates/{channel}/{language}/preview',
  tag: 'Alerts',
  summary: 'See what a text would say',
  description:
    'With the alert that is named, else the newest one (of a digest: the newest ones), else a sample. Nothing is kept or sent.',
  access: READ,
  params,
  body: z.strictObject({ ...fields, alert_id: z.uuid().toLowerCase().nullable().default(null) }),
  response: {
    description: 'As it would be read.',
    schema: z.object({
      subject: z.string(),
      text: z.string(),
      html: z.string().nullable().describe('Of a mail, as mail programs show it; null for robots.'),
      is_sample: z.boolean(),
    }),
  },
  run: async ({ app, actor, firm, params: { channel, language }, body }) => {
    const problems = problemsOf(body, channel);
    if (problems.length > 0) refuseProblems(problems);
    const { ok: _, ...preview } = orRefuse(
      await previewTemplate(app, { actor, firm }, { channel, language, ...body }),
    );
    return preview;
  },
});
