import { render, screen, within } from '@testing-library/react';
import { aCase } from '../../tests/unit/cases';
import { CaseTimeline } from './CaseTimeline';

const at = '2026-03-10T10:40:00Z';
const link = { at, sentence: 'DNS answers of coredns got slow.', step: 'cause/x', about: 'link/1' };

it('shows an event of the chain that somebody pinned once, with both who told it', () => {
  const found = aCase();
  const entries = [
    {
      id: 'a',
      at,
      by: { login: 'ana', name: 'Ana' },
      kind: 'pinned' as const,
      pin: { step: 'cause/x', id: 'link/1', sentence: 'It was cut before it was pinned…', at },
    },
    {
      id: 'b',
      at,
      by: { login: 'ana', name: 'Ana' },
      kind: 'pinned' as const,
      pin: { step: 'cause/x', id: '1', sentence: link.sentence, at },
    },
  ];
  render(
    <CaseTimeline
      saved={{ version: 1, id: 'x', case: { ...found, verdict: { ...found.verdict, chain: [link] } }, entries }}
    />
  );
  const rows = within(screen.getByRole('table')).getAllByRole('row');
  expect(rows.map((row) => row.textContent).slice(1)).toEqual([
    expect.stringContaining(`${link.sentence}the investigation, pinned by Ana`),
    expect.stringContaining(`${link.sentence}Ana`),
  ]);
});
