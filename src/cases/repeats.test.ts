import type { Entry, EntryKind } from '../api/case.gen';
import { withoutRepeats } from './repeats';

const entry = (id: string, kind: EntryKind, text: string): Entry => ({
  id,
  kind,
  text,
  verdict: text,
  at: `2026-03-10T10:4${id}:00Z`,
  by: { login: '', name: 'Faultline' },
});
const log = [
  entry('1', 'investigated', 'Likely: a.'),
  entry('2', 'note', 'Likely: a.'),
  entry('3', 'investigated', 'Likely: a.'),
  entry('4', 'investigated', 'Likely: a.'),
  entry('5', 'investigated', 'Likely: b.'),
  entry('6', 'investigated', 'Likely: a.'),
];
const shown = (chosen?: string) => withoutRepeats(log, chosen).map(({ entry: { id }, again }) => [id, again]);

describe('the log of a case that was investigated several times', () => {
  it('says once what came out the same, with how often and when at last', () => {
    expect(shown()).toEqual([
      ['1', 2],
      ['2', 0],
      ['5', 0],
      ['6', 0],
    ]);
    expect(withoutRepeats(log)[0]?.last).toBe('2026-03-10T10:44:00Z');
  });

  it('shows the entry that the address leads to', () => {
    expect(shown('4')).toEqual([
      ['1', 1],
      ['2', 0],
      ['4', 0],
      ['5', 0],
      ['6', 0],
    ]);
  });
});
