import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import { streamedLines, whileWanted } from './leaving';

const stream = { dataSourceUid: 'prod', resource: 'cases/x/events', accept: (asked: Promise<Response>) => asked };

function begin() {
  const answer = new LiveAnswer();
  const asked = answerFetchWith(({ url }) => new Response(url.includes('/streams/') ? '{}' : answer.body));
  const controller = new AbortController();
  const lines = streamedLines(stream, controller.signal);
  const told = () => asked.filter(({ url }) => url.includes('/streams/')).length;
  return { answer, asked, controller, lines, told };
}

describe('leaving a stream', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells its sender, and breaks it off only when that does not help', async () => {
    const { answer, asked, controller, lines, told } = begin();
    answer.send({ type: 'case' });
    expect((await lines.next()).value).toBe('{"type":"case"}');
    controller.abort();
    expect(told()).toBe(1);
    expect(asked[0]?.signal.aborted).toBe(false);
    jest.advanceTimersByTime(5000);
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it('tells nobody when it has ended already', async () => {
    const { answer, controller, lines, told } = begin();
    answer.send({ type: 'case' });
    answer.end();
    await lines.next();
    expect((await lines.next()).done).toBe(true);
    await jest.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(told()).toBe(0);
  });
});

describe('a stream that was refused', () => {
  it('has no end to be told of, neither to a reader that leaves nor to a browser', async () => {
    const asked = answerFetchWith(() => new Response('{}', { status: 502 }));
    const refused = async (answer: Promise<Response>) => Promise.reject(new Error(String((await answer).status)));
    const controller = new AbortController();
    const lines = streamedLines({ ...stream, accept: refused, endsBeforeUnload: true }, controller.signal);
    await expect(lines.next()).rejects.toThrow('502');
    controller.abort();
    window.dispatchEvent(new Event('beforeunload'));
    expect(asked).toHaveLength(1);
  });
});

describe('a reader that has left already', () => {
  it('asks for no stream', async () => {
    const asked = answerFetchWith(() => new Response('{}'));
    const controller = new AbortController();
    controller.abort();
    await expect(streamedLines(stream, controller.signal).next()).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toEqual([]);
  });
});

describe('a browser that is about to leave the page', () => {
  it('has the stream ended that may end then, and no other', async () => {
    for (const endsBeforeUnload of [true, false]) {
      const answer = new LiveAnswer();
      const asked = answerFetchWith(({ url }) => new Response(url.includes('/streams/') ? '{}' : answer.body));
      const lines = streamedLines({ ...stream, endsBeforeUnload }, new AbortController().signal);
      answer.send({ type: 'case' });
      await lines.next();
      window.dispatchEvent(new Event('beforeunload'));
      expect(asked).toHaveLength(endsBeforeUnload ? 2 : 1);
      answer.end();
      await lines.next();
    }
  });
});

describe('an answer that nobody waits for any more', () => {
  it('comes all the same', async () => {
    const controller = new AbortController();
    const body = new LiveAnswer();
    const response = new Response(body.body);
    const wanted = whileWanted(Promise.resolve(response), controller.signal);
    controller.abort();
    await expect(wanted).rejects.toMatchObject({ name: 'AbortError' });
    await Promise.resolve();
    expect(response.bodyUsed).toBe(true);
    body.end();
  });
});
