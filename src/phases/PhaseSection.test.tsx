import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCase, aFinding, aStep } from '../../tests/unit/cases';
import type { StepResult } from '../api/case.gen';
import { PhaseSection } from './PhaseSection';

function notChecked(parts: Partial<StepResult>): StepResult {
  return aStep({ phase: 'logs', outcome: 'not checked', findings: [], reason: 'Loki is down.', ...parts });
}

function draw(...steps: StepResult[]) {
  const onSelect = jest.fn();
  const progress = { state: 'done' as const, plan: steps, case: aCase({ steps }) };
  render(<PhaseSection phase="logs" progress={progress} onSelect={onSelect} />);
  return onSelect;
}

const labels = notChecked({ id: 'labels', title: 'Labels' });
const lines = notChecked({ id: 'lines', title: 'Lines', root: 'logs/labels' });
const pattern = notChecked({ id: 'pattern', title: 'Pattern', root: 'logs/labels' });

describe('a phase in which a step kept others from looking', () => {
  it('says the reason once, with all that it cost', () => {
    draw(labels, lines, pattern);
    const alert = screen.getByRole('alert');
    expect(alert).toHaveTextContent('Loki is down.');
    expect(alert).toHaveTextContent('These steps depend on it and were not checked either: Lines, Pattern.');
    expect(screen.getAllByText('Loki is down.')).toHaveLength(1);
  });

  it('names each of the others, and leads to the reason', async () => {
    const onSelect = draw(labels, lines, pattern);
    const others = screen.getByRole('region', { name: 'Not checked' });
    expect(
      within(others)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent)
    ).toEqual(['Lines', 'Pattern']);
    await userEvent.click(within(others).getByRole('button', { name: 'Labels' }));
    expect(onSelect).toHaveBeenCalledWith('logs/labels');
  });

  it('names them too when the reason lies in another phase', () => {
    draw(aStep({ phase: 'example', id: 'trace', title: 'Example trace', outcome: 'not checked', findings: [] }), {
      ...lines,
      root: 'example/trace',
    });
    expect(screen.getByRole('region', { name: 'Not checked' })).toHaveTextContent('Example traceLines');
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('gives the reason itself when nobody knows the step it comes from', () => {
    draw({ ...lines, root: 'logs/unheard-of' });
    expect(screen.getByRole('alert')).toHaveTextContent('Loki is down.');
  });
});

describe('the order of a phase', () => {
  it('has what a person came for before what it rests on', () => {
    const background = aStep({ phase: 'logs', id: 'a', title: 'Rests on', findings: [aFinding({ severity: 'info' })] });
    draw(background, aStep({ phase: 'logs', id: 'b', title: 'Came for' }));
    const titles = screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
    expect(titles).toEqual(['Came for', 'Rests on']);
  });

  it('puts nothing that is quiet where something else may come before it', () => {
    const quiet = aStep({ phase: 'logs', id: 'a', title: 'Rests on', findings: [aFinding({ severity: 'info' })] });
    const later = aStep({ phase: 'logs', id: 'b', title: 'Came for' });
    const section = (...steps: StepResult[]) => (
      <PhaseSection
        phase="logs"
        progress={{ state: 'running', plan: [quiet, later], case: aCase({ steps }) }}
        onSelect={jest.fn()}
      />
    );
    const { rerender } = render(section(quiet));
    expect(screen.queryByRole('heading', { level: 3 })).not.toBeInTheDocument();
    expect(screen.getByText('Pending: 0 running, 1 waiting')).toBeVisible();
    rerender(section(quiet, later));
    expect(screen.getAllByRole('heading', { level: 3 })).toHaveLength(2);
    expect(screen.queryByText(/^Pending/)).not.toBeInTheDocument();
  });

  it('keeps the place of a chart that everybody reads first', () => {
    const plan = [
      aStep({ id: 'error-rate', title: 'Error rate' }),
      aStep({ id: 'dependencies', title: 'Dependencies' }),
    ];
    const progress = { state: 'running' as const, plan, case: aCase({ steps: plan.slice(1) }) };
    const { container } = render(<PhaseSection phase="impact" progress={progress} onSelect={jest.fn()} />);
    expect(container).toHaveTextContent(/Error ratewaiting.*Dependencies/);
  });
});
