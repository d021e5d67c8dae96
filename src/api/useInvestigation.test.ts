import { act, renderHook, waitFor } from '@testing-library/react';
import { aCase, aStep } from '../../tests/unit/cases';
import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import { useInvestigation } from './useInvestigation';

const cost = { queries: 1, milliseconds: 5, upstreamMilliseconds: 5, bytes: 1 };

function begin() {
  const answers: LiveAnswer[] = [];
  const asked = answerFetchWith(() => {
    const answer = new LiveAnswer();
    answers.push(answer);
    return new Response(answer.body);
  });
  // The request is another object each time, as a page would make it.
  const hook = renderHook(({ service }) => useInvestigation({ dataSourceUid: 'prod', subject: { service } }), {
    initialProps: { service: 'order-service' },
  });
  const answer = async (index: number) => {
    await waitFor(() => expect(answers[index]).toBeDefined());
    return answers[index] as LiveAnswer;
  };
  const state = () => hook.result.current.progress.state;
  return { ...hook, asked, answer, state };
}

/** The backend is told which stream its reader leaves, and the connection is not broken off. */
function expectTold(asked: ReturnType<typeof begin>['asked']) {
  const name = new URL(asked[0]?.url ?? '', 'http://grafana').searchParams.get('stream');
  expect(asked.map(({ url }) => url)).toContain(`/api/datasources/uid/prod/resources/streams/${name}`);
  expect(asked[0]?.signal.aborted).toBe(false);
}

describe('an investigation on a page', () => {
  it('starts by itself and follows the events', async () => {
    const { result, answer, state } = begin();
    expect(state()).toBe('starting');
    const backend = await answer(0);
    act(() => {
      backend.send({ type: 'started', case: aCase(), plan: [] });
      backend.send({ type: 'step', step: aStep(), cost });
    });
    await waitFor(() => expect(result.current.progress.case?.steps).toHaveLength(1));
    act(() => backend.send({ type: 'done', case: aCase() }));
    await waitFor(() => expect(state()).toBe('done'));
  });

  it('is asked once, however often the page is drawn', async () => {
    const { asked, answer, rerender } = begin();
    await answer(0);
    rerender({ service: 'order-service' });
    rerender({ service: 'order-service' });
    expect(asked).toHaveLength(1);
  });

  it('ends on the server when it is canceled', async () => {
    const { result, asked, answer, state } = begin();
    const backend = await answer(0);
    act(() => backend.send({ type: 'started', case: aCase(), plan: [] }));
    await waitFor(() => expect(state()).toBe('running'));
    act(() => result.current.cancel());
    expect(state()).toBe('canceled');
    expectTold(asked);
  });

  it('ends on the server when the page is left', async () => {
    const { asked, answer, unmount } = begin();
    await answer(0);
    unmount();
    expectTold(asked);
  });

  it('runs again when asked to', async () => {
    const { result, asked, answer, state } = begin();
    (await answer(0)).breakOff();
    await waitFor(() => expect(state()).toBe('failed'));
    act(() => result.current.again());
    expect(state()).toBe('starting');
    await answer(1);
    expect(asked).toHaveLength(2);
  });

  it('leaves the old subject when another one is asked about', async () => {
    const { asked, answer, rerender } = begin();
    await answer(0);
    rerender({ service: 'payment-service' });
    await answer(2); // the first was told to end
    expectTold(asked);
    expect(asked.map(({ body }) => body)).toContainEqual({ subject: { service: 'payment-service' } });
  });

  it('says why it failed', async () => {
    const { result, answer, state } = begin();
    (await answer(0)).end();
    await waitFor(() => expect(state()).toBe('failed'));
    expect(result.current.progress.failure?.sentence).toBe('The response ended before the investigation was complete.');
  });
});
