import type { Culprit, Span, Trace } from '../../api/case.gen';

/** A span with its place in the waterfall. The spans of a tree stand parents first, each followed by all that it led to. */
export interface PlacedSpan {
  span: Span;
  /** how many spans lead to it */
  depth: number;
  /** how many spans it led to, directly or through others; they are the next ones of the tree */
  descendants: number;
  /** where it begins within the trace and how long it is, as shares of the trace's duration */
  start: number;
  length: number;
  isCulprit: boolean;
  /** the request's duration consists of it and its like */
  isCritical: boolean;
}

/** Lays the spans of a trace out. A clock that runs wrong does not push a span off the waterfall. */
export function placeSpans(trace: Trace, culprit?: Culprit): PlacedSpan[] {
  const critical = new Set(culprit?.criticalPath);
  const begin = momentOf(trace.start);
  const duration = Math.max(trace.duration / 1e6, 1e-6);
  const placed = inOrder(trace.spans).map(({ span, depth }) => {
    const start = clamp((momentOf(span.start) - begin) / duration);
    return {
      span,
      depth,
      descendants: 0,
      start,
      length: Math.min(span.duration / 1e6 / duration, 1 - start),
      isCulprit: span.id === culprit?.span.id,
      isCritical: critical.has(span.id),
    };
  });
  countDescendants(placed);
  return placed;
}

/** The spans that show when those with these ids are folded. */
export function unfolded(placed: PlacedSpan[], folded: ReadonlySet<string>): PlacedSpan[] {
  if (folded.size === 0) {
    return placed;
  }
  const shown: PlacedSpan[] = [];
  for (let index = 0; index < placed.length; index++) {
    const item = placed[index];
    if (item) {
      shown.push(item);
      index += folded.has(item.span.id) ? item.descendants : 0;
    }
  }
  return shown;
}

/** The ids of the spans that lead to one, nearest first; of a broken trace as far as they are there. */
export function ancestorsOf(placed: PlacedSpan[], id: string): string[] {
  const parents = new Map(placed.map(({ span }) => [span.id, span.parent]));
  const ancestors = new Set<string>();
  for (let parent = parents.get(id); parent && parents.has(parent); parent = parents.get(parent)) {
    if (ancestors.has(parent)) {
      break;
    }
    ancestors.add(parent);
  }
  return [...ancestors];
}

interface Ordered {
  span: Span;
  depth: number;
}

// Parents may be missing, and a broken trace may name a span among its own ancestors: every span is shown once all the same.
function inOrder(spans: Span[]): Ordered[] {
  const ids = new Set(spans.map(({ id }) => id));
  const children = new Map<string, Span[]>();
  for (const span of spans) {
    if (span.parent && ids.has(span.parent)) {
      const siblings = children.get(span.parent);
      if (siblings) {
        siblings.push(span);
      } else {
        children.set(span.parent, [span]);
      }
    }
  }
  const ordered: Ordered[] = [];
  const seen = new Set<Span>();
  const walk = (root: Span) => {
    const open: Ordered[] = [{ span: root, depth: 0 }];
    for (let next = open.pop(); next; next = open.pop()) {
      if (!seen.has(next.span)) {
        seen.add(next.span);
        ordered.push(next);
        const depth = next.depth + 1;
        open.push(...(children.get(next.span.id) ?? []).map((span) => ({ span, depth })).reverse());
      }
    }
  };
  spans.filter(({ parent }) => !parent || !ids.has(parent)).forEach(walk);
  spans.forEach((span) => !seen.has(span) && walk(span));
  return ordered;
}

function countDescendants(placed: PlacedSpan[]): void {
  const open: Array<{ item: PlacedSpan; index: number }> = [];
  const close = (depth: number, index: number) => {
    for (let last = open.at(-1); last && last.item.depth >= depth; last = open.at(-1)) {
      last.item.descendants = index - last.index - 1;
      open.pop();
    }
  };
  placed.forEach((item, index) => {
    close(item.depth, index);
    open.push({ item, index });
  });
  close(0, placed.length);
}

// Milliseconds since 1970 with their fraction, which the language's own reading of times drops.
function momentOf(time: string): number {
  const fraction = /\.\d{3}(\d+)/.exec(time)?.[1];
  return Date.parse(time) + (fraction ? Number(`0.${fraction}`) : 0);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
