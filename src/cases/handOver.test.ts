import { aCase, aFinding, aStep } from '../../tests/unit/cases';
import type { Entry, SavedCase } from '../api/case.gen';
import { handOverNote } from './handOver';

const at = '2026-03-10T10:52:00Z';
const by = { login: 'ana', name: 'Ana' };
const entry = (parts: Partial<Entry>): Entry => ({ id: parts.kind ?? '', at, by, kind: 'note', ...parts });

function saved(...entries: Entry[]): SavedCase {
  const command = {
    text: 'kubectl delete networkpolicy x',
    why: 'Takes it away.',
    step: 'cause/changes',
    changes: true,
  };
  const steps = [
    aStep(),
    aStep({ id: 'latency', title: 'Latency', findings: [] }),
    aStep({
      phase: 'recovery',
      id: 'fix',
      findings: [aFinding({ severity: 'info', evidence: { commands: [command] } })],
    }),
  ];
  const verdict = {
    level: 'likely' as const,
    sentence: 'Likely: policy x.',
    statement: 'policy x.',
    candidates: [],
    chain: [{ at: '2026-03-10T10:00:00Z', sentence: 'policy x was created', step: 'cause/changes', about: 'a' }],
    normal: [],
    unchecked: ['Status page of Stripe: it did not answer.'],
  };
  return { version: 1, id: 'x', case: aCase({ steps, verdict }), entries };
}

const sectionOf = (note: string, title: string) => note.split(`**${title}**`)[1]?.split('\n\n**')[0] ?? '';

describe('a hand-over note', () => {
  it('names the zone of every time, since its reader may sit elsewhere', () => {
    const found = saved();
    const { verdict } = found.case;
    const moments = [{ at: '2026-03-10T10:30:40Z', form: 'time' as const, start: 11, end: 19 }];
    const told = { ...verdict, sentence: 'Likely: at 10:30:40', moments };
    const note = handOverNote({ ...found, case: { ...found.case, verdict: told } }, 'open');
    expect(note).toContain('Likely: at 10:30:40 UTC');
  });

  it('says what is known: the verdict, how bad it is, and the order of events', () => {
    const known = sectionOf(handOverNote(saved(), 'open'), 'What we know');
    expect(known).toContain('- Likely: policy x.\n- Error rate is 7.3%, normally 0.1%.\n');
    expect(known).toContain('10:00:00 UTC: policy x was created');
  });

  it('says what was tried, by whom, and not what was only written', () => {
    const log = [
      entry({ kind: 'note', text: 'hello' }),
      entry({ kind: 'ticked', step: 'impact/latency' }),
      entry({ kind: 'fix applied', text: 'restarted it\nmore' }),
    ];
    const tried = sectionOf(handOverNote(saved(...log), 'watched'), 'What we tried');
    expect(tried).toContain('done Latency (Ana)');
    expect(tried).toContain('fix applied: restarted it (Ana)');
    expect(tried).not.toContain('hello');
  });

  it('says what is next as the case stands', () => {
    const next = sectionOf(handOverNote(saved(), 'open'), 'Next step');
    expect(next).toContain('suggested: `kubectl delete networkpolicy x`');
    expect(next).toContain('Look at: Status page of Stripe');
    const skipped = entry({ kind: 'skipped', step: 'impact/latency', text: 'later' });
    const later = sectionOf(handOverNote(saved(skipped), 'watched'), 'Next step');
    expect(later).toContain('Wait for the recovery to be confirmed');
    expect(later).not.toContain('suggested');
    expect(later).toContain('Skipped so far: Latency');
  });

  it('leaves a line to fill where nothing is known', () => {
    const nothing = { ...saved(), case: aCase() };
    expect(sectionOf(handOverNote(nothing, 'open'), 'What we tried')).toContain('- …');
  });
});
