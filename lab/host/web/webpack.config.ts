import path from 'node:path';
import CopyPlugin from 'copy-webpack-plugin';
import { type Configuration, DefinePlugin } from 'webpack';
import { typescript } from '../../../.config/webpack/typescript';

const root = path.resolve(__dirname, '../../..');
const packages = path.join(root, 'node_modules');
const inter = path.join(packages, '@fontsource/inter/files');

// Grafana's packages ask for their icons and fonts under these names.
const patterns = [
  { from: path.join(packages, '@grafana/ui/dist/public/img/icons'), to: 'build/img/icons' },
  // The one icon that their package lacks.
  { from: path.join(__dirname, 'icons'), to: 'build/img/icons' },
  { from: path.join(inter, 'inter-latin-400-normal.woff2'), to: 'fonts/inter/Inter-Regular.woff2' },
  { from: path.join(inter, 'inter-latin-500-normal.woff2'), to: 'fonts/inter/Inter-Medium.woff2' },
  { from: path.join(inter, 'inter-latin-400-italic.woff2'), to: 'fonts/inter/Inter-Italic.woff2' },
  { from: path.join(inter, 'inter-latin-500-italic.woff2'), to: 'fonts/inter/Inter-MediumItalic.woff2' },
  {
    from: path.join(packages, '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2'),
    to: 'fonts/roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2',
  },
];

const configuration: Configuration = {
  name: 'host',
  mode: 'production',
  target: ['web', 'es2022'],
  context: __dirname,
  entry: { host: './index.ts' },
  devtool: false,
  resolve: typescript.resolve,
  module: {
    rules: [
      typescript.rule,
      // Grafana's packages leave file extensions out, which ES modules may not.
      { test: /\.mjs$/, resolve: { fullySpecified: false } },
      // The loader is a script that looks for window, and no module.
      { test: /systemjs/, parser: { amd: false, commonjs: false } },
      { test: /\.css$/, type: 'css/global' },
    ],
  },
  experiments: { css: true },
  output: {
    path: path.join(root, 'dist-host'),
    publicPath: '/public/',
    filename: 'build/[name].js',
    chunkFilename: 'build/[name].[contenthash:8].js',
    cssFilename: 'build/[name].css',
    cssChunkFilename: 'build/[name].[contenthash:8].css',
    assetModuleFilename: 'build/[contenthash:8][ext]',
    clean: true,
  },
  // It is large and never sent over a network.
  performance: { hints: false },
  optimization: { minimize: false },
  plugins: [new CopyPlugin({ patterns }), new DefinePlugin({ 'process.env.NODE_ENV': JSON.stringify('production') })],
};

export default configuration;
