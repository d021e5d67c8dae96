import { answerFetchWith } from '../../tests/unit/streams';
import { discard, flush, newEntryId, put, waitingFor } from './outbox';

const note = (id: string) => ({ id, kind: 'note' as const, text: `text of ${id}` });
const texts = () => waitingFor('prod', 'x').map(({ entry, failure }) => [entry.id, failure?.sentence]);

beforeEach(() => localStorage.clear());

describe('what is typed into the log of a case', () => {
  it('waits in the browser until the backend says that it is kept', async () => {
    put('prod', 'x', note('a'));
    put('prod', 'x', note('b'));
    expect(texts()).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
    const asked = answerFetchWith(() => Response.json({}));
    await flush('prod', 'x');
    expect(asked.map(({ body }) => body)).toEqual([note('a'), note('b')]);
    expect(texts()).toEqual([]);
  });

  it('stays while Grafana does not answer, in order', async () => {
    put('prod', 'x', note('a'));
    put('prod', 'x', note('b'));
    answerFetchWith(() => {
      throw new TypeError('offline');
    });
    await flush('prod', 'x');
    expect(texts()).toEqual([
      ['a', 'Grafana did not answer.'],
      ['b', undefined],
    ]);
  });

  it('stays with the reason when it is refused, and does not keep the next from being sent', async () => {
    put('prod', 'x', note('a'));
    put('prod', 'x', note('b'));
    let first = true;
    answerFetchWith(() => {
      const refused = first;
      first = false;
      return refused ? Response.json({ sentence: 'This needs the role Editor.' }, { status: 403 }) : Response.json({});
    });
    await flush('prod', 'x');
    expect(texts()).toEqual([['a', 'This needs the role Editor.']]);
    discard('prod', 'x', 'a');
    expect(texts()).toEqual([]);
  });

  it('survives what somebody else wrote into the browser', () => {
    localStorage.setItem('faultline.outbox.prod.x', 'not JSON');
    expect(texts()).toEqual([]);
  });

  it('has ids that the backend takes', () => {
    expect(newEntryId()).toMatch(/^[0-9a-f]{32}$/);
    expect(newEntryId()).not.toBe(newEntryId());
  });
});
