import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCase, aStep } from '../../tests/unit/cases';
import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import { CasePage } from './CasePage';

const opened = {
  id: 'opened',
  at: '2026-03-10T10:47:00Z',
  by: { login: 'ana', name: 'Ana' },
  kind: 'opened' as const,
};
const before = { compared: 0, unread: 0, more: false, cases: [] };

describe('a case in which a step found nothing', () => {
  it('is shown, although its lists are not there', async () => {
    const backend = new LiveAnswer();
    answerFetchWith(({ url }) => (url.endsWith('/before') ? Response.json(before) : new Response(backend.body)));
    render(<CasePage ds="prod" id="x" />);
    const nothing = { ...aStep({ outcome: 'clear' }), findings: null, queries: null };
    const verdict = {
      ...aCase().verdict,
      sentence: 'No clear cause.',
      candidates: null,
      chain: null,
      normal: null,
      unchecked: null,
    };
    const found = { ...aCase(), steps: [nothing], verdict };
    act(() =>
      backend.send({ type: 'case', state: 'open', saved: { version: 1, id: 'x', case: found, entries: [opened] } })
    );
    expect(await screen.findByText('Checked: nothing abnormal found.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Write handover' }));
    expect(screen.getByLabelText<HTMLTextAreaElement>('Note').value).toContain('No clear cause.');
  });
});
