import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

// Imports point one way: routes, jobs, command line → server/<noun> → server/db; everyone → domain;
// ui and charts → domain only. What a layer must not import stands here, once. These are regular
// expressions because the glob patterns of the rule read a leading # as a comment and match nothing.
const FRAMEWORK = ['^\\$(app|env)/', '^@sveltejs/'];
const SVELTE = ['^svelte($|/)', '\\.svelte$'];
const IO = [
  '^node:',
  '^(pg|kysely|undici|pino|better-auth|nodemailer|node-cron|prom-client)($|/)',
  '^pg-',
  '^@better-auth/',
];
const SERVER = ['^#lib/server/'];
const VIEW = ['^#lib/(ui|charts|styles)/'];
const OUTSIDE = ['^#lib/.*\\.\\./', '/routes/', '/jobs/'];
const LIB_ALIAS = { regex: '^\\$lib($|/)', message: 'Import by #lib/….' };
const CLIMB = {
  regex: '^\\.\\./.*/',
  message: 'Relative imports stay inside a folder; use #lib/….',
};

const either = (patterns) => patterns.map((pattern) => `(?:${pattern})`).join('|');

/** Forbids the imports to these files, in every spelling: static, re-exported and dynamic. */
const layer = (files, forbidden, message) => ({
  files,
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ regex: either(forbidden), message }, LIB_ALIAS, CLIMB] },
    ],
    'no-restricted-syntax': [
      'error',
      ...HABITS,
      {
        selector: `ImportExpression > Literal[value=/${either([...forbidden, '^\\$lib']).replaceAll('/', '\\u002F')}/]`,
        message,
      },
    ],
  },
});

const IN_COMPONENTS = ['**/*.svelte', '**/*.svelte.ts', '**/*.js'];

const HABITS = [
  { selector: 'ExportAllDeclaration', message: 'No barrel files: the path is the documentation.' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  {
    selector:
      'CallExpression[callee.property.name="where"] > TaggedTemplateExpression > TemplateLiteral:not(:has(> TemplateElement:first-child[value.raw=/^\\s*(?:[(]|not |exists )/])):has(> TemplateElement[value.raw=/\\bor\\b/])',
    message:
      'Conditions are joined as they are written: an "or" stands in parentheses, else the others are lost.',
  },
];

// Rules about types and unused names of .ts files stand in .oxlintrc.json: the same rules there take a fifth of
// the time. Here stand the direction of imports, habits, and everything about components and plain JavaScript.
export default defineConfig(
  {
    ignores: ['.svelte-kit/', 'build/', '.data/', '.cache/', 'node_modules/'],
  },
  { files: ['**/*.ts'], extends: [ts.configs.base] },
  { files: IN_COMPONENTS, extends: [ts.configs.recommended, svelte.configs.recommended] },
  {
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { 'no-restricted-syntax': ['error', ...HABITS] },
  },
  {
    files: IN_COMPONENTS,
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: { 'svelte/no-navigation-without-resolve': 'off' },
  },
  layer(
    ['src/lib/domain/**'],
    // What may be imported, and not what may not: a package that does I/O is easily added and not listed.
    ['^(?!\\.{1,2}/|#lib/domain/|(d3-[a-z]+|zod|opencc-js/dict/TSCharacters)$)', ...OUTSIDE],
    'The domain is pure: no I/O, no framework, no view, no texts.',
  ),
  layer(
    ['src/lib/i18n/**'],
    [...FRAMEWORK, ...IO, ...SERVER, ...VIEW, ...OUTSIDE],
    'Texts know the domain only.',
  ),
  layer(
    ['src/lib/server/**'],
    [...FRAMEWORK, ...SVELTE, ...VIEW, ...OUTSIDE],
    'The server folder knows no framework and no view.',
  ),
  layer(
    ['src/lib/server/db/**'],
    [...FRAMEWORK, ...SVELTE, ...VIEW, ...OUTSIDE, '^#lib/server/(?!db/|config\\.ts|log\\.ts)'],
    'The database layer stands below every noun.',
  ),
  layer(
    ['src/lib/ui/**', 'src/lib/charts/**'],
    [...FRAMEWORK, ...IO, ...SERVER, ...OUTSIDE],
    'Shared components know the domain only; texts and data come as props.',
  ),
  layer(
    ['jobs/**', 'src/cli.ts', 'src/web.ts'],
    [...FRAMEWORK, ...SVELTE, ...VIEW, '/routes/'],
    'Composition roots call the server folder.',
  ),
  layer(
    ['src/routes/**'],
    ['^(pg|kysely)($|/)', '^pg-', '^#lib/server/db/', '^\\$app/stores$', '/jobs/'],
    'Routes call a noun, never the database; page state is in $app/state.',
  ),
  {
    files: [
      'eslint.config.js',
      'svelte.config.js',
      'vite.config.ts',
      'playwright.config.ts',
      'src/bootstrap.js',
      'tests/**',
    ],
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['src/cli.ts', 'src/lib/server/**/worker.ts'], rules: { 'no-console': 'off' } },
);
