import { act, renderHook, waitFor } from '@testing-library/react';
import { aCase } from '../../tests/unit/cases';
import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import { useCase } from './useCase';

const opened = {
  id: 'opened',
  at: '2026-03-10T10:47:00Z',
  by: { login: 'ana', name: 'Ana' },
  kind: 'opened' as const,
};
const aSaved = (id: string) => ({ version: 1, id, case: aCase(), entries: [{ ...opened, text: id }] });

beforeEach(() => localStorage.clear());

/** Follows a case; every connection is one of the answers, in their order. */
function follow(id: string | undefined, ...answers: Array<LiveAnswer | Response>) {
  const left = [...answers];
  const asked = answerFetchWith(({ url }) => {
    const answer = url.includes('/events?') ? left.shift() : undefined;
    return answer instanceof LiveAnswer ? new Response(answer.body) : (answer ?? Response.json({}));
  });
  const connections = () => asked.filter(({ url }) => url.includes('/events?'));
  return {
    ...renderHook((followed: string | undefined) => useCase('prod', followed), { initialProps: id }),
    connections,
  };
}

describe('following another case', () => {
  it('shows nothing of the one before', async () => {
    const [one, two] = [new LiveAnswer(), new LiveAnswer()];
    const { result, rerender } = follow('one', one, two);
    act(() => one.send({ type: 'case', saved: aSaved('one'), state: 'open' }));
    act(() => one.send({ type: 'here', here: [opened.by] }));
    await waitFor(() => expect(result.current.here).toHaveLength(1));
    rerender('two');
    expect(result.current.saved).toBeUndefined();
    expect(result.current.state).toBeUndefined();
    expect(result.current.here).toEqual([]);
    act(() => two.send({ type: 'case', saved: aSaved('two'), state: 'closed' }));
    await waitFor(() => expect(result.current.saved?.id).toBe('two'));
    rerender(undefined);
    expect(result.current.saved).toBeUndefined();
  });

  it('shows no failure of the one before, and what waits to be kept in the new one', async () => {
    const refused = Response.json({ sentence: 'There is no such case.' }, { status: 404 });
    const entry = { id: 'n', kind: 'note', text: 'typed yesterday' };
    localStorage.setItem('faultline.outbox.prod.two', JSON.stringify([{ entry }]));
    const { result, rerender } = follow('one', refused, new LiveAnswer());
    await waitFor(() => expect(result.current.failure?.sentence).toBe('There is no such case.'));
    expect(result.current.waiting).toEqual([]);
    rerender('two');
    expect(result.current.failure).toBeUndefined();
    expect(result.current.waiting).toEqual([{ entry }]);
  });
});

describe('a connection that ends', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is made again, and not once the page is left', async () => {
    const [first, second] = [new LiveAnswer(), new LiveAnswer()];
    const { connections, unmount } = follow('one', first, second, new LiveAnswer());
    first.end();
    await act(() => jest.advanceTimersByTimeAsync(2000));
    expect(connections()).toHaveLength(2);
    second.end();
    await act(() => jest.advanceTimersByTimeAsync(1000));
    unmount();
    await jest.advanceTimersByTimeAsync(5000);
    expect(connections()).toHaveLength(2);
  });

  it('says so in a sentence when it breaks off in the middle', async () => {
    const first = new LiveAnswer();
    const { result } = follow('one', first);
    first.breakOff();
    await act(() => jest.advanceTimersByTimeAsync(0));
    expect(result.current.failure).toEqual({
      sentence: 'The connection to this case was lost.',
      advice: 'It reconnects automatically. Until then, entries by others may be missing here.',
    });
  });

  it('says the same of a line that is not whole', async () => {
    const first = new Response('{"type":"ca');
    const { result } = follow('one', first);
    await act(() => jest.advanceTimersByTimeAsync(0));
    expect(result.current.failure?.sentence).toBe('The connection to this case was lost.');
  });
});
