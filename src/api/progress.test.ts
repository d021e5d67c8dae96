import { aCase, aStep } from '../../tests/unit/cases';
import { advance, isOver, starting, type Progress, type ProgressAction } from './progress';

const plan = [
  { phase: 'impact' as const, id: 'error-rate', title: 'Error rate' },
  { phase: 'logs' as const, id: 'lines', title: 'Lines of the trace' },
];
const cost = { queries: 3, milliseconds: 120, upstreamMilliseconds: 90, bytes: 10 };
const startedEvent: ProgressAction = { type: 'started', case: aCase(), plan };

function after(...actions: ProgressAction[]): Progress {
  return actions.reduce(advance, starting);
}

describe('the progress of an investigation', () => {
  it('knows the plan and the case once it has started', () => {
    expect(after(startedEvent)).toEqual({ state: 'running', plan, case: aCase() });
  });

  it('collects steps as they end, and what they cost', () => {
    const { case: document } = after(startedEvent, { type: 'step', step: aStep(), cost });
    expect(document).toEqual(aCase({ steps: [aStep()], cost }));
  });

  it('knows facts as soon as their step has ended', () => {
    const onset = { earliest: 'a', latest: 'b', first: 'latency', baseline: { from: 'c', to: 'd' } };
    const { case: document } = after(startedEvent, { type: 'step', step: aStep(), cost, facts: { onset } });
    expect(document?.facts.onset).toEqual(onset);
  });

  it('tells the steps that wait for answers until they end', () => {
    const running: ProgressAction = { type: 'running', keys: ['impact/error-rate', 'logs/lines'] };
    expect(after(startedEvent, running).running).toEqual(['impact/error-rate', 'logs/lines']);
    expect(after(startedEvent, running, { type: 'step', step: aStep(), cost }).running).toEqual(['logs/lines']);
  });

  it('keeps what the run before found, marked, until it is found again', () => {
    const canceled: ProgressAction[] = [startedEvent, { type: 'step', step: aStep(), cost }, { type: 'canceled' }];
    const resumed = after(...canceled, { type: 'asked again' }, startedEvent);
    expect(resumed).toMatchObject({ state: 'running', stale: ['impact/error-rate'], case: { steps: [aStep()] } });
    expect(advance(resumed, { type: 'step', step: aStep(), cost }).stale).toEqual([]);
  });

  it('forgets the run before when something else is asked', () => {
    expect(after(startedEvent, { type: 'step', step: aStep(), cost }, { type: 'asked' })).toEqual(starting);
  });

  it('knows when each step had ended', () => {
    const { ended } = after(startedEvent, { type: 'step', step: aStep(), cost });
    expect(ended).toEqual({ 'impact/error-rate': 120 });
  });

  it('replaces a step that reports again', () => {
    const better = aStep({ outcome: 'clear', findings: [] });
    const { case: document } = after(
      startedEvent,
      { type: 'step', step: aStep(), cost },
      { type: 'step', step: better, cost }
    );
    expect(document?.steps).toEqual([better]);
  });

  it('adds a step to the plan that nobody had planned', () => {
    const { plan: known } = after(startedEvent, {
      type: 'step',
      step: aStep({ id: 'custom', title: 'My check' }),
      cost,
    });
    expect(known).toEqual([...plan, { phase: 'impact', id: 'custom', title: 'My check' }]);
  });

  it('is not moved by a sign of life', () => {
    const running = after(startedEvent);
    expect(advance(running, { type: 'alive' })).toBe(running);
  });

  it('ends with the whole case', () => {
    const document = aCase({ steps: [aStep()], cost });
    expect(after(startedEvent, { type: 'done', case: document })).toEqual({ state: 'done', plan, case: document });
  });

  it('keeps what was learned when it fails', () => {
    const failed = after(
      startedEvent,
      { type: 'step', step: aStep(), cost },
      { type: 'failed', sentence: 'Out of time.', advice: 'Narrow the window.' }
    );
    expect(failed.failure).toEqual({ sentence: 'Out of time.', advice: 'Narrow the window.' });
    expect(failed.case?.steps).toHaveLength(1);
  });

  it('keeps what was learned when it is canceled', () => {
    const canceled = after(startedEvent, { type: 'step', step: aStep(), cost }, { type: 'canceled' });
    expect(canceled.state).toBe('canceled');
    expect(canceled.case?.steps).toHaveLength(1);
  });

  it('cannot be canceled once it is done', () => {
    expect(after(startedEvent, { type: 'done', case: aCase() }, { type: 'canceled' }).state).toBe('done');
  });

  it('begins anew when it is asked again', () => {
    expect(after(startedEvent, { type: 'canceled' }, { type: 'asked' })).toEqual(starting);
  });

  it('is over when it is done, failed or canceled, and not before', () => {
    const states: Array<Progress['state']> = ['starting', 'running', 'done', 'failed', 'canceled'];
    expect(states.filter((state) => isOver({ state, plan: [] }))).toEqual(['done', 'failed', 'canceled']);
  });
});
