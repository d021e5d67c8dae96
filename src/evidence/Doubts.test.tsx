import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCandidate, aCase } from '../../tests/unit/cases';
import type { Verdict } from '../api/case.gen';
import { Doubts } from './Doubts';

const window = { from: '2026-03-10T10:30:00Z', to: '2026-03-10T10:47:00Z' };

const possible: Verdict = {
  ...aCase().verdict,
  level: 'possible',
  candidates: [aCandidate({ service: 'web' })],
  against: [
    { id: 'other-change', observation: 'something else was changed', sighting: 'seen', detail: 'deployment b' },
    {
      id: 'began-after',
      observation: 'it began after the requests were affected',
      sighting: 'not seen',
      detail: 'it began at 10:01:00',
      moments: [{ at: '2026-03-10T10:01:00Z', form: 'time', start: 12, end: 20 }],
    },
    { id: 'old-version', observation: 'the old version fails too', sighting: 'not known', detail: 'nothing tells' },
  ],
  rests: [{ fact: 'changes', name: 'the list of changes', level: 'no clear cause', statement: 'nothing explains it.' }],
  next: { text: '{ status = error }', language: 'traceql', dataSource: 'traces', window, why: 'Shows the versions.' },
};

describe('the doubts of a verdict', () => {
  it('say of each observation that would contradict it whether it was seen', async () => {
    render(<Doubts verdict={possible} />);
    await userEvent.click(screen.getByText('What would contradict it (3), 1 seen'));
    const observations = screen.getAllByRole('listitem').slice(0, 3);
    expect(observations.map(({ textContent }) => textContent)).toEqual([
      'Something else was changed. Seen: deployment b',
      'It began after the requests were affected. Not seen: it began at 10:01:00',
      'The old version fails too. Not known: nothing tells',
    ]);
  });

  it('leave open what a newer backend says in words of its own', () => {
    const [first] = possible.against ?? [];
    const newer = { ...possible, against: [{ ...first, sighting: 'suspected' }] } as unknown as Verdict;
    render(<Doubts verdict={newer} />);
    expect(screen.getAllByRole('listitem')[0]).toHaveTextContent('Something else was changed. Not known: deployment b');
  });

  it('say what would be left without the evidence that carries it', async () => {
    render(<Doubts verdict={possible} />);
    await userEvent.click(screen.getByText('Evidence this verdict depends on'));
    expect(
      screen.getByText('Without the list of changes, the verdict would be No clear cause: nothing explains it.')
    ).toBeVisible();
  });

  it('say so where no single piece of evidence carries it', async () => {
    render(<Doubts verdict={{ ...possible, rests: [] }} />);
    await userEvent.click(screen.getByText('Evidence this verdict depends on'));
    expect(screen.getByText(/^No single piece of evidence/)).toBeVisible();
  });

  it('show the query that would settle it, to be copied', () => {
    render(<Doubts verdict={possible} />);
    expect(screen.getByText('{ status = error }')).toBeVisible();
    expect(screen.getByText('Shows the versions.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Copy the query' })).toBeVisible();
  });

  it('are silent where no cause is named, or the case is from before they were kept', () => {
    const { container } = render(<Doubts verdict={aCase().verdict} />);
    expect(container).toBeEmptyDOMElement();
  });
});
