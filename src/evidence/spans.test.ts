import type { Culprit, Span, Trace } from '../api/case.gen';
import { mostTelling, placeSpans } from './spans';

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

  it('stays within the waterfall when a clock runs wrong', () => {
    const [early, late] = placeSpans(aTrace(aSpan({ start: at(-500) }), aSpan({ id: 'a', start: at(90) })));
    expect(early).toMatchObject({ start: 0, length: 1 });
    expect(late?.start).toBeCloseTo(0.9);
    expect(late?.length).toBeCloseTo(0.1);
  });

  it('is at the top when its parent is missing or leads back to itself', () => {
    const orphan = aSpan({ id: 'a', parent: 'gone' });
    const looped = [aSpan({ id: 'b', parent: 'c' }), aSpan({ id: 'c', parent: 'b' })];
    expect(placeSpans(aTrace(orphan, ...looped)).map(({ depth }) => depth)).toEqual([0, 1, 1]);
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

describe('the spans shown at first', () => {
  const many = Array.from({ length: 100 }, (_, index) => aSpan({ id: String(index), failed: index === 77 }));

  it('are all of a small trace', () => {
    expect(mostTelling(placeSpans(aTrace(...many.slice(0, 9))), 50)).toHaveLength(9);
  });

  it('are those of a large one that went wrong', () => {
    expect(mostTelling(placeSpans(aTrace(...many)), 50).map(({ span }) => span.id)).toEqual(['77']);
  });

  it('are the first of a large one in which nothing went wrong', () => {
    const fine = many.map((span) => ({ ...span, failed: false }));
    expect(mostTelling(placeSpans(aTrace(...fine)), 50)).toHaveLength(50);
  });
});
