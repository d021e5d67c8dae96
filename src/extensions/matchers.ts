import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import type { SyntaxNode } from '@lezer/common';
import { parser as promql } from '@prometheus-io/lezer-promql';

export type Language = 'promql' | 'logql' | 'traceql';

/** Labels, or attributes, with the one value that a query wants of each. */
export type Wanted = Record<string, string>;

const parsers = { promql, logql, traceql };
// The nodes that compare a name with a text, and those within that hold the name.
const comparisons = new Set(['UnquotedLabelMatcher', 'QuotedLabelMatcher', 'Matcher', 'FieldExpression']);
const selectors = new Set(['VectorSelector', 'Selector', 'SpansetFilter']);

/** What each selector of a query wants, in the order of the text. A query that is not whole is read as far as it is. */
export function wantedBy(language: Language, text: string): Wanted[] {
  const found: Wanted[] = [];
  parsers[language].parse(text).iterate({
    enter: ({ name, node }) => {
      if (selectors.has(name)) {
        found.push({});
      } else if (comparisons.has(name)) {
        Object.assign(found.at(-1) ?? {}, compared(node, text));
      }
    },
  });
  return found;
}

/** One comparison, if it leaves one value only. */
function compared(node: SyntaxNode, text: string): Wanted | undefined {
  const said = (part: SyntaxNode | null | undefined) => (part ? text.slice(part.from, part.to) : '');
  const [left, operator, right] = [node.firstChild, node.firstChild?.nextSibling, node.lastChild];
  const quoted = right?.from === left?.from ? undefined : unquote(said(right));
  const name = said(left);
  const value = said(operator) === '=' ? quoted : said(operator) === '=~' ? literal(quoted) : undefined;
  return value ? { [(unquote(name) ?? name).replace(/^(resource|span)?\./, '')]: value } : undefined;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
const escaped = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{3})|(.))/gi;

/** The text between quotes or backticks; undefined for what is in neither. */
function unquote(text: string): string | undefined {
  const quote = text[0];
  if (text.length < 2 || !quote || !'"\'`'.includes(quote) || !text.endsWith(quote)) {
    return undefined;
  }
  const inner = text.slice(1, -1);
  const code = (digits: string, base: number) => String.fromCodePoint(Math.min(parseInt(digits, base), 0x10ffff));
  return quote === '`'
    ? inner
    : inner.replace(escaped, (_, x?: string, u?: string, long?: string, octal?: string, other: string = '') => {
        const hex = x ?? u ?? long;
        return hex ? code(hex, 16) : octal ? code(octal, 8) : (escapes[other] ?? other);
      });
}

const plain = /^(?:[^\\.+*?()[\]{}|^$]|\\[^\da-z]|\.(?![+*?]))*$/i;

/** The one text that a regular expression matches, where it is written as one; a single dot is read as a dot. */
function literal(pattern: string | undefined): string | undefined {
  const bare = pattern
    ?.replace(/^\^/, '')
    .replace(/(?<!\\)\$$/, '')
    .replace(/^\((?:\?:)?(.*)\)$/, '$1');
  return bare && plain.test(bare) ? bare.replace(/\\(.)/g, '$1') : undefined;
}
