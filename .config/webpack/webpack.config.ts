// Written for this plugin; it lies where @grafana/create-plugin puts a plugin's bundling, since Grafana's tools look for it there.
import path from 'node:path';
import CopyPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { version } from '../../package.json';
import { id } from '../../src/plugin.json';
import { typescript } from './typescript';

const root = path.resolve(__dirname, '../..');

// What every Grafana from 12.3 on hands to plugins. @grafana/i18n and @grafana/schema are not among it: they are bundled.
const externals = [
  '@emotion/css',
  '@emotion/react',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'i18next',
  'lodash',
  'moment',
  'react',
  'react-dom',
  'react-inlinesvg',
  'react-redux',
  'react-router',
  'react/jsx-dev-runtime',
  'react/jsx-runtime',
  'redux',
  'rxjs',
  'rxjs/operators',
];

// SOURCE_DATE_EPOCH makes builds of the same commit equal to the byte.
const built = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? Date.now() / 1000) * 1000);
const fillManifest = (content: Buffer) =>
  content.toString().replaceAll('%VERSION%', version).replaceAll('%TODAY%', built.toISOString().slice(0, 10));

const configuration = (_env: unknown, { mode = 'production' }: Pick<Configuration, 'mode'>): Configuration => ({
  name: 'faultline',
  target: ['web', 'es2022'],
  context: path.join(root, 'src'),
  entry: { module: './module.tsx', 'datasource/module': './datasource/module.ts' },
  devtool: mode === 'production' ? 'source-map' : 'eval-source-map',
  externals: ['amd-module', ...externals].map((name) => ({ [name]: name === 'amd-module' ? 'module' : name })),
  resolve: typescript.resolve,
  module: { rules: [typescript.rule] },
  output: {
    path: path.join(root, 'dist'),
    filename: '[name].js',
    chunkFilename: '[name].[contenthash:8].js',
    library: { type: 'amd' },
    publicPath: `public/plugins/${id}/`,
    uniqueName: id,
    // The backend's files live in the same folder.
    clean: { keep: /gpx_|go_plugin_build_manifest/ },
  },
  optimization: { chunkIds: 'named', splitChunks: false },
  performance: {
    hints: mode === 'production' ? 'error' : false,
    maxEntrypointSize: 60_000,
    maxAssetSize: 250_000,
    assetFilter: (name: string) => name.endsWith('.js'),
  },
  plugins: [
    new CopyPlugin({
      patterns: [
        { from: 'plugin.json', transform: fillManifest },
        { from: 'datasource/plugin.json', to: 'datasource/plugin.json', transform: fillManifest },
        { from: 'img', to: 'img' },
        { from: 'locales', to: 'locales' },
        { from: 'img/logo.svg', to: 'datasource/img/logo.svg' },
        { from: '../docs/img', to: 'img' },
        { from: 'README.md' },
        { from: '../CHANGELOG.md' },
        { from: '../LICENSE', to: 'LICENSE', toType: 'file' },
      ],
    }),
  ],
});

export default configuration;
