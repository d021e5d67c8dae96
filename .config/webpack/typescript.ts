import type { Configuration } from 'webpack';

// How TypeScript is read, in the plugin as in the page that the lab runs it on.
export const typescript = {
  resolve: {
    extensions: ['.ts', '.tsx', '.mjs', '.js'],
    // Grafana's packages offer made-up languages to play with; nobody does here.
    alias: { 'i18next-pseudo': false },
  },
  rule: {
    test: /\.tsx?$/,
    exclude: /node_modules/,
    use: {
      loader: 'swc-loader',
      options: {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', development: false } },
        },
      },
    },
  },
} satisfies { resolve: Configuration['resolve']; rule: unknown };
