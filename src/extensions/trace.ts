import { investigationUrl } from '../links/link';
import { scopeIn } from '../links/scope';
import { environmentOf, hasEnvironment } from './environment';

interface Span {
  spanID: string;
  operationName: string;
  /** microseconds since 1970 */
  startTime: number;
  references?: Array<{ spanID: string }> | null;
  process?: { serviceName?: string; tags?: Array<{ key: string; value?: unknown }> | null };
}

/** What Grafana tells of the trace that it shows. */
export interface TraceContext {
  spans?: Span[];
  datasource?: { uid?: string };
}

/** Where a trace leads to: the service and the operation that it began with, at its time; undefined without a service. */
export function tracePath({ spans = [], datasource }: TraceContext): string | undefined {
  const root = rootOf(spans);
  const service = root?.process?.serviceName;
  if (!root || !service || !hasEnvironment()) {
    return undefined;
  }
  const at = String(Math.floor(root.startTime / 1000));
  const scope = scopeIn(textsOf(root.process?.tags ?? []));
  return investigationUrl({ ds: environmentOf(datasource?.uid), service, operation: root.operationName, ...scope, at });
}

/** The attributes that are texts, by their names. */
function textsOf(tags: Array<{ key: string; value?: unknown }>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { key, value } of tags) {
    if (typeof value === 'string') {
      texts[key] = value;
    }
  }
  return texts;
}

/** The earliest of the spans whose parent is not there. */
function rootOf(spans: Span[]): Span | undefined {
  const ids = new Set(spans.map(({ spanID }) => spanID));
  return spans
    .filter(({ references }) => !references?.some(({ spanID }) => ids.has(spanID)))
    .reduce<Span | undefined>((first, span) => (first && first.startTime <= span.startTime ? first : span), undefined);
}
