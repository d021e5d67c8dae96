import type { Line, Span, Trace } from '../api/case.gen';
import { lineKeys, linesOfSpan, spanOfLine } from './spanLines';

const start = '2026-03-10T10:43:00.000Z';
const root: Span = { id: 'aaaa', service: 'order-service', name: 'POST /api/checkout', start, duration: 2e9 };
const charge: Span = { ...root, id: 'bbbb', parent: 'aaaa', service: 'payment-service', duration: 1e9 };
const retry: Span = { ...charge, id: 'cccc', parent: 'bbbb', duration: 5e8 };
const trace: Trace = { id: '8f2e', start, duration: 2e9, spans: [root, charge, retry] };
const aLine = (parts: Partial<Line>): Line => ({ time: start, text: 'failed', ...parts });

describe('the span of a log line', () => {
  it('is the one that the line names, in its text or in a label', () => {
    expect(spanOfLine(aLine({ text: '{"span_id":"BBBB"}' }), trace)).toEqual({ span: charge, by: 'id' });
    expect(spanOfLine(aLine({ labels: { span_id: 'cccc' } }), trace)).toEqual({ span: retry, by: 'id' });
  });

  it('is else the shortest of the same service at that time', () => {
    const labels = { service_name: 'payment-service' };
    expect(spanOfLine(aLine({ labels }), trace)).toEqual({ span: retry, by: 'time' });
    expect(spanOfLine(aLine({ labels, time: '2026-03-10T10:43:00.800Z' }), trace)).toEqual({
      span: charge,
      by: 'time',
    });
  });

  it('is unknown for a service that the trace does not have', () => {
    expect(spanOfLine(aLine({ labels: { service_name: 'other' } }), trace)).toBeUndefined();
  });
});

describe('the log lines of a span', () => {
  it('are exactly those that name it, where lines name spans', () => {
    const lines = [aLine({ text: 'span bbbb' }), aLine({ labels: { service_name: 'payment-service' } })];
    expect(linesOfSpan(lines, charge, trace)).toEqual({ lines: [lines[0]], by: 'id' });
  });

  it('are else those of its service while nothing shorter ran, and say so', () => {
    const lines = [aLine({ labels: { service_name: 'payment-service' } })];
    expect(linesOfSpan(lines, retry, trace)).toEqual({ lines, by: 'time' });
    expect(linesOfSpan(lines, charge, trace).lines).toEqual([]);
  });
});

it('tells lines of the same moment apart', () => {
  expect(lineKeys([aLine({}), aLine({}), aLine({ time: 'later' })])).toEqual([start, `${start}~1`, 'later']);
});
