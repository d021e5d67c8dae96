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

/** The span of a trace that a line was written in; undefined when that cannot be told. */
export function spanOfLine(line: Line, trace: Trace): SpanOfLine | undefined {
  const named = trace.spans.find(({ id }) => names(line, id));
  if (named) {
    return { span: named, by: 'id' };
  }
  const at = Date.parse(line.time);
  const [shortest] = trace.spans
    .filter((span) => isFrom(line, span.service) && covers(span, at))
    .sort((a, b) => a.duration - b.duration);
  return shortest && { span: shortest, by: 'time' };
}

/** The lines of the trace that were written in a span. */
export function linesOfSpan(lines: Line[], span: Span, trace: Trace): LinesOfSpan {
  const isNamed = lines.some((line) => trace.spans.some(({ id }) => names(line, id)));
  if (isNamed) {
    return { lines: lines.filter((line) => names(line, span.id)), by: 'id' };
  }
  return { lines: lines.filter((line) => spanOfLine(line, trace)?.span.id === span.id), by: 'time' };
}

// Agents keep a span's id as a label, frameworks write it into the text.
function names({ labels, text }: Line, id: string): boolean {
  const wanted = id.toLowerCase();
  return (
    Object.values(labels ?? {}).some((value) => value.toLowerCase() === wanted) || text.toLowerCase().includes(wanted)
  );
}

function isFrom({ labels }: Line, service: string): boolean {
  return Object.values(labels ?? {}).includes(service);
}

const slack = 50; // ms, by which clocks of a line and its span may differ

function covers({ start, duration }: Span, at: number): boolean {
  const begin = Date.parse(start);
  return at >= begin - slack && at <= begin + duration / 1e6 + slack;
}
