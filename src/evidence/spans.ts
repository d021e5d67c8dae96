import type { Culprit, Span, Trace } from '../api/case.gen';

/** A span with its place in the waterfall. */
export interface PlacedSpan {
  span: Span;
  /** how many spans lead to it */
  depth: number;
  /** where it begins within the trace and how long it is, as shares of the trace's duration */
  start: number;
  length: number;
  isCulprit: boolean;
  /** the request's duration consists of it and its like */
  isCritical: boolean;
}

/** Lays the spans of a trace out in their order. A clock that runs wrong does not push a span off the waterfall. */
export function placeSpans(trace: Trace, culprit?: Culprit): PlacedSpan[] {
  const spans = new Map(trace.spans.map((span) => [span.id, span]));
  const critical = new Set(culprit?.criticalPath);
  const begin = Date.parse(trace.start);
  const duration = Math.max(trace.duration / 1e6, 1e-6);
  return trace.spans.map((span) => {
    const start = clamp((Date.parse(span.start) - begin) / duration);
    return {
      span,
      depth: depthOf(span, spans),
      start,
      length: Math.min(span.duration / 1e6 / duration, 1 - start),
      isCulprit: span.id === culprit?.span.id,
      isCritical: critical.has(span.id),
    };
  });
}

/** The spans to show at first: all of a small trace, of a large one those that tell what went wrong. */
export function mostTelling(placed: PlacedSpan[], atMost: number): PlacedSpan[] {
  if (placed.length <= atMost) {
    return placed;
  }
  const telling = placed.filter(({ span, isCulprit, isCritical }) => isCulprit || isCritical || span.failed);
  return (telling.length > 0 ? telling : placed).slice(0, atMost);
}

// Parents may be missing, and a broken trace may name itself among its ancestors.
function depthOf(span: Span, spans: Map<string, Span>): number {
  const seen = new Set([span.id]);
  for (let { parent } = span; parent && !seen.has(parent); parent = spans.get(parent)?.parent) {
    if (!spans.has(parent)) {
      break;
    }
    seen.add(parent);
  }
  return seen.size - 1;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
