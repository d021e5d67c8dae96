import js from '@eslint/js';
import grafanaI18n from '@grafana/i18n/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import sonarjs from 'eslint-plugin-sonarjs';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// The arrows of docs/architecture.md. A folder may import itself and those named here.
const mayImport = {
  api: [],
  format: ['api'],
  evidence: ['api', 'format'],
  phases: ['api', 'format', 'evidence'],
  links: ['api', 'format'],
  cases: ['api', 'format', 'evidence', 'phases', 'links'],
  pages: ['api', 'format', 'evidence', 'phases', 'links', 'cases'],
  app: ['api', 'links', 'pages', 'cases'],
  datasource: ['api'],
  extensions: ['api', 'links'],
  connect: ['api', 'links'],
};
const phases = ['impact', 'example', 'logs', 'cause', 'recovery'];

const folderArrows = Object.entries(mayImport).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: './src',
  except: [folder, ...allowed].map((name) => `./${name}`),
  message: `src/${folder} may import ${allowed.join(', ') || 'nothing'} of ours.`,
}));
const phaseArrows = phases.map((phase) => ({
  target: `./src/phases/${phase}`,
  from: phases.filter((other) => other !== phase).map((other) => `./src/phases/${other}`),
  message: 'Phases do not import each other; what one learned is in the case.',
}));

export default defineConfig([
  globalIgnores(['dist/', 'dist-host/', 'coverage/', 'lab/*', '!lab/host/', 'src/api/case.gen.ts']),
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', module: 'writable' } },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'fetch',
          'Request',
          'Response',
          'Headers',
          'ReadableStream',
          'TextEncoder',
          'TextDecoder',
          'structuredClone',
          'URL',
        ].map((name) => [name, 'readonly'])
      ),
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [
      tseslint.configs.strictTypeChecked,
      importX.flatConfigs.recommended,
      importX.flatConfigs.typescript,
      reactHooks.configs.flat.recommended,
      jsxA11y.flatConfigs.recommended,
    ],
    plugins: { '@grafana/i18n': grafanaI18n, sonarjs },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      '@grafana/i18n/no-untranslated-strings': ['error', { calleesToIgnore: ['^css$'] }],
      '@grafana/i18n/no-translation-top-level': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'import-x/no-cycle': 'error',
      'import-x/no-named-as-default-member': 'off',
      'import-x/no-restricted-paths': ['error', { zones: [...folderArrows, ...phaseArrows] }],
      'import-x/no-unresolved': ['error', { ignore: ['^amd-module$'] }],
      'import-x/order': [
        'error',
        {
          groups: [['builtin', 'external'], 'parent', 'sibling'],
          pathGroups: [{ pattern: 'react', group: 'builtin', position: 'before' }],
          pathGroupsExcludedImportTypes: ['react'],
          'newlines-between': 'never',
        },
      ],
      'max-lines': ['error', { max: 300, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true }],
      'no-console': 'error',
      'sonarjs/cognitive-complexity': ['error', 11],
    },
  },
  {
    // Colours come from the theme, so that the page is right in every theme.
    files: ['src/**/*.tsx'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'Literal[value=/^(#[0-9a-f]{3,8}|rgba?\\(|hsla?\\()/i]', message: 'Use a colour of the theme.' },
      ],
    },
  },
  {
    // The host page is for those who work on the plugin: it is not translated, and it offers what plugins should not use.
    files: ['lab/host/web/**'],
    rules: { '@grafana/i18n/no-untranslated-strings': 'off', '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'tests/**'],
    rules: {
      '@grafana/i18n/no-untranslated-strings': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'import-x/no-restricted-paths': 'off',
      'max-lines-per-function': 'off',
    },
  },
]);
