// Packages that Grafana's own libraries import and that publish ES modules only.
const esModules = [
  '@grafana/',
  'd3(-\\w+)*',
  'delaunator',
  'internmap',
  'marked',
  'ol',
  'quick-lru',
  'rbush',
  'react-colorful',
  'react-calendar',
  'robust-predicates',
  'uuid',
  '@wojtekmaj/',
  'get-user-locale',
  'memoize',
  'mimic-function',
  'color-(parse|space|name|rgba)',
  'geotiff',
  'i18next-pseudo',
];

export default {
  // A busy machine is no failure.
  testTimeout: 60_000,
  // Nobody uses the machine beside the tests: jest would leave one of two processors to them.
  maxWorkers: '100%',
  testEnvironment: './tests/unit/environment.mjs',
  roots: ['<rootDir>/src', '<rootDir>/tests/unit', '<rootDir>/lab/host/web'],
  setupFilesAfterEnv: ['<rootDir>/tests/unit/setup.ts'],
  moduleNameMapper: {
    '^react-inlinesvg$': '<rootDir>/tests/unit/inlineSvg.tsx',
    '\\.(css|scss|sass)$': '<rootDir>/tests/unit/emptyStyle.cjs',
    '\\.svg$': '<rootDir>/tests/unit/emptyStyle.cjs',
  },
  transform: {
    '^.+\\.(t|j|mj|cj)sx?$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'automatic' } },
        },
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(?:${esModules.join('|')}))`],
};
