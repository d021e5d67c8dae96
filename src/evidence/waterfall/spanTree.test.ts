import type { Culprit, Span, Trace } from '../../api/case.gen';
import { ancestorsOf, placeSpans, unfolded } from './spanTree';

const ms = 1e6;
const start = '2026-03-10T10:43:00.000Z';
const at = (offset: number) => new Date(Date.parse(start) + offset).toISOString();

function aSpan(parts: Partial<Span>): Span {
  return { id: 'root', service: 'order-service', name: 'POST /api/checkout', start, duration: 100 * ms, ...parts };
}

function aTrace(...spans: Span[]): Trace {
  return { id: '8f2e', start, duration: 100 * ms, spans };
}

describe('the place of a span in the waterfall', () => {
  it('is its share of the time of the trace', () => {
    const [, child] = placeSpans(
      aTrace(aSpan({}), aSpan({ id: 'a', parent: 'root', start: at(25), duration: 50 * ms }))
    );
    expect(child).toMatchObject({ depth: 1, start: 0.25, length: 0.5 });
  });

  it('is exact below a millisecond', () => {
    const short = { ...aTrace(aSpan({ start: '2026-03-10T10:43:00.000500Z', duration: 1000 })), duration: ms };
    expect(placeSpans(short)[0]?.start).toBeCloseTo(0.5);
  });

  it('stays within the waterfall when a clock runs wrong', () => {
    const [early, late] = placeSpans(aTrace(aSpan({ start: at(-500) }), aSpan({ id: 'a', start: at(90) })));
    expect(early).toMatchObject({ start: 0, length: 1 });
    expect(late?.start).toBeCloseTo(0.9);
    expect(late?.length).toBeCloseTo(0.1);
  });

  it('is below its parent, before what comes after that', () => {
    const spans = [
      aSpan({}),
      aSpan({ id: 'a', parent: 'root' }),
      aSpan({ id: 'b', parent: 'root' }),
      aSpan({ id: 'a1', parent: 'a' }),
    ];
    const placed = placeSpans(aTrace(...spans));
    expect(placed.map(({ span, depth, descendants }) => [span.id, depth, descendants])).toEqual([
      ['root', 0, 3],
      ['a', 1, 1],
      ['a1', 2, 0],
      ['b', 1, 0],
    ]);
  });

  it('is at the top when its parent is missing or leads back to itself, and every span is there once', () => {
    const orphan = aSpan({ id: 'a', parent: 'gone' });
    const looped = [aSpan({ id: 'b', parent: 'c' }), aSpan({ id: 'c', parent: 'b' })];
    const placed = placeSpans(aTrace(orphan, ...looped));
    expect(placed.map(({ span, depth }) => [span.id, depth])).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1],
    ]);
    expect(ancestorsOf(placed, 'b').sort()).toEqual(['b', 'c']);
  });

  it('tells the culprit and the critical path', () => {
    const spans = [aSpan({}), aSpan({ id: 'a', parent: 'root' }), aSpan({ id: 'b', parent: 'root' })];
    const culprit: Culprit = {
      span: aSpan({ id: 'b' }),
      self: 1,
      path: ['root', 'b'],
      criticalPath: ['root', 'b'],
      reason: '',
    };
    const placed = placeSpans(aTrace(...spans), culprit);
    expect(placed.map(({ isCritical }) => isCritical)).toEqual([true, false, true]);
    expect(placed.map(({ isCulprit }) => isCulprit)).toEqual([false, false, true]);
  });
});

describe('folding a span', () => {
  it('hides all that it led to and nothing else', () => {
    const spans = [aSpan({}), aSpan({ id: 'a', parent: 'root' }), aSpan({ id: 'a1', parent: 'a' }), aSpan({ id: 'x' })];
    const placed = placeSpans(aTrace(...spans));
    expect(unfolded(placed, new Set(['a'])).map(({ span }) => span.id)).toEqual(['root', 'a', 'x']);
  });
});
