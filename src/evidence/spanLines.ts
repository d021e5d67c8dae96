import type { Line, Span, Trace } from '../api/case.gen';

/** How a line's span was told: the line names it, or it is the shortest of the same service at that time. */
interface SpanOfLine {
  span: Span;
  by: 'id' | 'time';
}

/** The lines of a span, and how that was told; by time only where no line of the trace names its span. */
interface LinesOfSpan {
  lines: Line[];
  by: 'id' | 'time';
}

/** Keys that tell lines apart, in the order of the lines: when they were written, and which at that moment. */
export function lineKeys(lines: Line[]): string[] {
  const seen = new Map<string, number>();
  return lines.map(({ time }) => {
    const before = seen.get(time) ?? 0;
    seen.set(time, before + 1);
    return before === 0 ? time : `${time}~${before}`;
  });
}

/** Whether two lists hold the same lines in the same order; labels do not count. */
export function areSame(some: Line[], others: Line[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ time, text }, index) => time === others[index]?.time && text === others[index].text)
  );
}

/** The span of a trace that a line was written in; undefined when that cannot be told. */
export function spanOfLine(line: Line, trace: Trace): SpanOfLine | undefined {
  const [named] = spansNamedIn(line, trace);
  if (named) {
    return { span: named, by: 'id' };
  }
  const at = Date.parse(line.time);
  const { byService } = indexOf(trace);
  const [shortest] = labelsOf(line)
    .flatMap((value) => byService.get(value)?.find(({ from, to }) => at >= from && at <= to) ?? [])
    .sort((a, b) => a.span.duration - b.span.duration);
  return shortest && { span: shortest.span, by: 'time' };
}

/** The lines of the trace that were written in a span. */
export function linesOfSpan(lines: Line[], span: Span, trace: Trace): LinesOfSpan {
  const named = lines.map((line) => spansNamedIn(line, trace));
  if (named.some(({ length }) => length > 0)) {
    return { lines: lines.filter((_, index) => named[index]?.some(({ id }) => id === span.id)), by: 'id' };
  }
  return { lines: lines.filter((line) => spanOfLine(line, trace)?.span.id === span.id), by: 'time' };
}

/** The spans that a line names: agents keep an id as a label, frameworks write it into the text. */
function spansNamedIn(line: Line, trace: Trace): Span[] {
  const { byId } = indexOf(trace);
  const words = [...labelsOf(line), ...(line.text.match(/[\da-z]+/gi) ?? [])];
  return words.flatMap((word) => byId.get(word.toLowerCase()) ?? []);
}

const labelsOf = ({ labels }: Line) => Object.values(labels ?? {});

/** A span with the time, in ms since 1970, in which its lines may have been written. */
interface TimedSpan {
  span: Span;
  from: number;
  to: number;
}

interface SpanIndex {
  /** by id in small letters */
  byId: ReadonlyMap<string, Span>;
  /** by service, the shortest first */
  byService: ReadonlyMap<string, TimedSpan[]>;
}

// A trace may have ten thousand spans and each of its lines asks for its own, so that they are sorted once.
const indexes = new WeakMap<Trace, SpanIndex>();

function indexOf(trace: Trace): SpanIndex {
  const known = indexes.get(trace);
  if (known) {
    return known;
  }
  const byService = new Map<string, TimedSpan[]>();
  for (const span of [...trace.spans].sort((a, b) => a.duration - b.duration)) {
    const others = byService.get(span.service) ?? [];
    others.push(timed(span));
    byService.set(span.service, others);
  }
  const index = { byId: new Map(trace.spans.map((span) => [span.id.toLowerCase(), span])), byService };
  indexes.set(trace, index);
  return index;
}

const slack = 50; // ms, by which clocks of a line and its span may differ

function timed(span: Span): TimedSpan {
  const begin = Date.parse(span.start);
  return { span, from: begin - slack, to: begin + span.duration / 1e6 + slack };
}
