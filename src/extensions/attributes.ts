import { investigationUrl } from '../links/link';
import { scopeIn } from '../links/scope';
import { subjectOf } from '../links/subject';
import { environmentOf, hasEnvironment } from './environment';

/** What Grafana tells of the resource of a span, or of the labels of a log line. */
export interface AttributesContext {
  attributes?: Record<string, string[]>;
  /** what the page shows, in milliseconds since 1970; Grafana 12.3 tells it of some pages only */
  timeRange?: { from: number; to: number };
  datasource?: { uid?: string };
  /** microseconds since 1970; since Grafana 13 */
  spanStartTime?: number;
}

/** The attribute of a span's resource, and the labels of a log line, on whose value a link is drawn. */
export const spanAttribute = 'service.name';
export const lineLabels = ['service_name', 'service', 'app'];

const shortest = 10 * 60 * 1000;
const longest = 24 * 60 * 60 * 1000;

/** Where the value of an attribute leads to; undefined where it is not the one that names the service. */
export function attributePath(name: string, context: AttributesContext): string | undefined {
  const texts = Object.fromEntries(
    Object.entries(context.attributes ?? {}).map(([key, values]) => [key, values.length === 1 ? values[0] : undefined])
  );
  const service = texts[name];
  if (!service || subjectOf(texts)?.service !== service || !hasEnvironment()) {
    return undefined;
  }
  return investigationUrl({
    ds: environmentOf(context.datasource?.uid),
    service,
    ...scopeIn(texts),
    ...timeOf(context),
  });
}

/** The time of the span; else what the page shows, where that is neither too short nor too long to be investigated. */
function timeOf({ spanStartTime, timeRange }: AttributesContext) {
  if (spanStartTime) {
    return { at: String(Math.floor(spanStartTime / 1000)) };
  }
  if (!timeRange) {
    return {};
  }
  const { from, to } = timeRange;
  const isWindow = to - from >= shortest && to - from <= longest;
  return isWindow ? { window: { from: String(from), to: String(to) } } : { at: String(to) };
}
