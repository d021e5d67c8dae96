/** Gathers the page's texts from the code into the file that translators start from; `go tool mage generate` runs it. */
export default {
  locales: ['en-US'],
  output: 'src/locales/$LOCALE/faultline-investigation-app.json',
  input: ['src/**/*.{ts,tsx}', '!src/**/*.test.{ts,tsx}'],
  defaultNamespace: 'faultline-investigation-app',
  namespaceSeparator: false,
  createOldCatalogs: false,
  sort: true,
  lineEnding: 'lf',
  lexers: { ts: [{ lexer: 'JavascriptLexer', functions: ['t'] }], tsx: [{ lexer: 'JsxLexer', functions: ['t'] }] },
};
