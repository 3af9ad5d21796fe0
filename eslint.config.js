import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

// Imports point one way: routes, jobs, command line → server/<noun> → server/db; everyone → domain;
// ui and charts → domain only. What a layer must not import stands here, once.
const FRAMEWORK = ['$app/*', '$env/*', '@sveltejs/*'];
const SVELTE = ['svelte', 'svelte/*', '*.svelte'];
const IO = ['node:*', 'pg', 'pg-*', 'kysely', 'undici', 'pino', 'better-auth', 'better-auth/*', 'nodemailer'];
const SERVER = ['#lib/server/*', '#lib/server/**'];
const VIEW = ['#lib/ui/**', '#lib/charts/**', '#lib/styles/**'];
const OUTSIDE = ['../../../../../*', '#lib/../*', '**/routes/**', '**/jobs/**'];
const CLIMB = {
  group: ['../**', '!../*', '../../**'],
  message: 'Relative imports stay inside a folder; use #lib/….',
};

const layer = (files, forbidden, message) => ({
  files,
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group: forbidden, message },
          { group: ['$lib', '$lib/*'], message: 'Import by #lib/….' },
          CLIMB,
        ],
      },
    ],
  },
});

export default ts.config(
  {
    ignores: [
      '.svelte-kit/',
      'build/',
      '.data/',
      '.cache/',
      'node_modules/',
      'src/lib/server/db/types.ts',
      'tests/fixtures/',
    ],
  },
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'No barrel files: the path is the documentation.' },
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: { 'svelte/no-navigation-without-resolve': 'off' },
  },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
  layer(
    ['src/lib/domain/**'],
    [...FRAMEWORK, ...SVELTE, ...IO, ...SERVER, ...VIEW, ...OUTSIDE],
    'The domain is pure: no I/O, no framework, no view.',
  ),
  layer(
    ['src/lib/server/**'],
    [...FRAMEWORK, ...SVELTE, ...VIEW, ...OUTSIDE],
    'The server folder knows no framework and no view.',
  ),
  layer(
    ['src/lib/server/db/**'],
    [...FRAMEWORK, ...SVELTE, ...VIEW, ...OUTSIDE, '#lib/server/!(db)/**'],
    'The database layer stands below every noun.',
  ),
  layer(
    ['src/lib/ui/**', 'src/lib/charts/**'],
    [...FRAMEWORK, ...IO, ...SERVER, ...OUTSIDE],
    'Shared components know the domain only; texts and data come as props.',
  ),
  layer(
    ['jobs/**', 'src/cli.ts', 'src/web.ts'],
    [...FRAMEWORK, ...SVELTE, ...VIEW, '**/routes/**'],
    'Composition roots call the server folder.',
  ),
  {
    files: ['src/routes/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['$lib', '$lib/*'], message: 'Import by #lib/….' },
            { group: ['$app/stores'], message: 'Use $app/state.' },
            {
              group: ['pg', 'kysely', '#lib/server/db/connect.ts'],
              message: 'Routes call a noun, never the database.',
            },
          ],
        },
      ],
    },
  },
  {
    files: [
      'eslint.config.js',
      'svelte.config.js',
      'vite.config.ts',
      'playwright.config.ts',
      'src/bootstrap.js',
      'src/cli.ts',
      'src/start.ts',
      'tests/**',
      'src/lib/server/**/worker.ts',
    ],
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['src/lib/ui/**/*.svelte', 'src/routes/**/*.svelte'], rules: { 'no-restricted-syntax': 'off' } },
);
