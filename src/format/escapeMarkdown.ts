/**
 * Keeps a text from being read as Markdown or HTML where it stands within a line of Markdown that a person goes on editing: names
 * such as order_service stay as they are.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*[\]<>!|~$]/g, (character) => `\\${character}`)
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/:(?=\/\/)|@/g, (character) => `\\${character}`)
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/^([#+=-])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Quotes a text as code in Markdown, with more backticks than it holds in a row. */
export function codeInMarkdown(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const line = text.replace(/\s+/g, ' ');
  return runs.length > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
