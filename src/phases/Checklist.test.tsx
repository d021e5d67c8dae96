import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCase, aStep } from '../../tests/unit/cases';
import type { Progress } from '../api/progress';
import { Checklist } from './Checklist';

const running: Progress = {
  state: 'running',
  plan: [
    { phase: 'impact', id: 'error-rate', title: 'Error rate' },
    { phase: 'impact', id: 'latency', title: 'Latency' },
    { phase: 'logs', id: 'lines', title: 'Lines of the trace' },
    { phase: 'cause', id: 'pods', title: 'Pods' },
  ],
  case: aCase({
    steps: [
      aStep(),
      aStep({ id: 'latency', title: 'Latency', outcome: 'clear', findings: [] }),
      aStep({ phase: 'logs', id: 'lines', title: 'Lines of the trace', outcome: 'not checked', findings: [] }),
    ],
  }),
};

function draw(progress: Progress) {
  const onSelect = jest.fn();
  const onSelectPhase = jest.fn();
  render(<Checklist progress={progress} onSelect={onSelect} onSelectPhase={onSelectPhase} />);
  return { onSelect, onSelectPhase };
}

it('a checklist counts what this run has found, and not what the one before had', () => {
  const steps = [aStep(), aStep({ phase: 'cause', id: 'pods', title: 'Pods' })];
  const progress = { state: 'running' as const, plan: steps, case: aCase({ steps }), stale: ['cause/pods'] };
  render(<Checklist progress={progress} onSelect={jest.fn()} onSelectPhase={jest.fn()} />);
  expect(screen.getByRole('button', { name: 'Checklist: 1 of 2 steps' })).toBeInTheDocument();
});

describe('the checklist', () => {
  it('has the five phases in the order in which a person walks them', () => {
    draw(running);
    expect(screen.getAllByRole('heading').map(({ textContent }) => textContent)).toEqual([
      '1 Impact',
      '2 Example',
      '3 Logs',
      '4 Cause',
      '5 Recovery',
    ]);
  });

  it('says in words what became of each step', () => {
    draw(running);
    expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
      'Error ratefound',
      'Latencyclear',
      'Lines of the tracenot checked',
      'Podswaiting',
    ]);
  });

  it('tells a step that is asking from one that waits for facts', () => {
    draw({ ...running, running: ['cause/pods'] });
    expect(screen.getByRole('button', { name: /Pods/ })).toHaveTextContent('running');
  });

  it('leads to a phase', async () => {
    const { onSelectPhase } = draw(running);
    await userEvent.click(screen.getByRole('button', { name: '3 Logs' }));
    expect(onSelectPhase).toHaveBeenCalledWith('logs');
  });

  it('has a clock for each phase, against the minutes that a person has', () => {
    draw({ ...running, ended: { 'impact/error-rate': 120, 'impact/latency': 300 } });
    const [impact, example] = screen.getAllByTitle(/and the target for this phase/);
    expect(impact).toHaveTextContent('300 ms / 2 min');
    expect(example).toHaveTextContent('3 min');
  });

  it('does not let a step run on after the investigation was canceled', () => {
    draw({ ...running, state: 'canceled' });
    expect(screen.getByRole('button', { name: /Pods/ })).toHaveTextContent('not run');
  });

  it('leads to a step that has ended, by keyboard too', async () => {
    const { onSelect } = draw(running);
    screen.getByRole('button', { name: /^Error rate/ }).focus();
    await userEvent.keyboard('{Enter}');
    expect(onSelect).toHaveBeenCalledWith('impact/error-rate');
  });

  it('leads nowhere while a step has nothing to show', async () => {
    const { onSelect } = draw(running);
    await userEvent.click(screen.getByRole('button', { name: /Pods/ }));
    expect(onSelect).not.toHaveBeenCalled();
  });
});
