import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillTemplate, templateProblems, type TemplateValues } from './template.ts';

const values: TemplateValues = {
  title: 'GB 31701-2026: 1.0 published',
  what_changed: '1 clause: 4.12',
  from_when: null,
  what_it_means: '',
  what_to_do: 'Read it',
  do_by: null,
  why: 'You follow clause 4.12.',
  firm: 'Sample',
  link: 'https://example.org',
  clauses: null,
};
const mail = { channel: 'email', is_subject: false } as const;

test('fills variables, in full-width braces too, and leaves out lines that would say nothing', () => {
  const template =
    'Dear {{firm}}:\n\n{{ Title }}\nFrom: {{from_when}}\nMeans: {{what_it_means}}\n\n｛｛why｝｝\n';
  expect(fillTemplate(template, values)).toEqual([
    'Dear Sample:',
    '',
    'GB 31701-2026: 1.0 published',
    '',
    'You follow clause 4.12.',
  ]);
});

test('names what is no variable with its line and column, and what was not closed', () => {
  expect(templateProblems('{{title}}\nby {{deadline}}, {{why', mail)).toEqual([
    { line: 2, column: 4, code: 'variable_unknown', written: '{{deadline}}' },
    { line: 2, column: 18, code: 'variable_open', written: '{{why' },
  ]);
});

test('the texts of clauses take a line of a mail alone', () => {
  expect(templateProblems('{{clauses}}', mail)).toEqual([]);
  expect(templateProblems('see {{clauses}}', mail)).toMatchObject([{ code: 'block_not_alone' }]);
  expect(templateProblems('{{clauses}}', { channel: 'robot', is_subject: false })).toMatchObject([
    { code: 'variable_unknown' },
  ]);
  expect(templateProblems('{{clauses}}', { channel: 'email', is_subject: true })).toHaveLength(1);
});

test('a digest names its changes on a line of its own, and nothing of a single message', () => {
  const digest = { channel: 'email_digest', is_subject: false } as const;
  expect(templateProblems('{{count}} until {{until}}\n{{changes}}\n{{link}}', digest)).toEqual([]);
  expect(templateProblems('{{changes}}, {{why}}', digest)).toMatchObject([
    { code: 'block_not_alone' },
    { code: 'variable_unknown' },
  ]);
  expect(templateProblems('{{changes}}', mail)).toMatchObject([{ code: 'variable_unknown' }]);
  expect(fillTemplate('{{count}}:\n{{changes}}', { count: '2', changes: '- *a*\n- b' }, () => 'x')).toEqual([
    'x:',
    '- *a*\n- b',
  ]);
});

test('a value is text and never a template again', () => {
  const tricky = { ...values, title: '{{why}} ${process.env} <%= 1 %>' };
  expect(fillTemplate('{{title}}', tricky)).toEqual(['{{why}} ${process.env} <%= 1 %>']);
  fc.assert(
    fc.property(fc.string(), (title) => {
      const filled = fillTemplate('[{{title}}]', { ...values, title });
      expect(filled).toEqual(title === '' ? [] : [`[${title}]`.trimEnd()]);
    }),
  );
});
