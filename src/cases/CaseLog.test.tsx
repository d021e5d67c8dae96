import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { OrgRole } from '@grafana/data';
import { config } from '@grafana/runtime';
import { aCase, aFinding, aStep, foundBefore } from '../../tests/unit/cases';
import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import { StepCard } from '../phases/StepCard';
import { StepWork } from '../phases/StepWork';
import { CaseLog } from './CaseLog';
import { CaseWorkAround } from './CaseWorkAround';
import { useCase } from './useCase';

const opened = {
  id: 'opened',
  at: '2026-03-10T10:47:00Z',
  by: { login: 'ana', name: 'Ana' },
  kind: 'opened' as const,
  text: 'order-service',
};
const saved = () => ({
  version: 1,
  id: 'x',
  case: aCase({ steps: [aStep({ findings: [aFinding({ interval: aCase().window })] })] }),
  entries: [opened],
});

function Page({ chosen }: { chosen?: string }) {
  const followed = useCase('prod', 'x');
  const step = followed.saved?.case.steps[0];
  return (
    <CaseWorkAround followed={followed}>
      {step && <StepWork step="impact/error-rate" title={step.title} />}
      {step && <StepCard step={step} />}
      <CaseLog ds="prod" id="x" followed={followed} chosen={chosen} />
    </CaseWorkAround>
  );
}

async function open(append: () => Response = () => Response.json({}), chosen?: string) {
  const backend = new LiveAnswer();
  const asked = answerFetchWith(({ url }) => {
    if (url.endsWith('/before')) {
      return Response.json(foundBefore);
    }
    return url.includes('/events?') ? new Response(backend.body) : append();
  });
  render(<Page chosen={chosen} />);
  await waitFor(() => expect(asked).toHaveLength(1));
  act(() => backend.send({ type: 'case', saved: saved(), state: 'open' }));
  await screen.findByText(/Ana · opened/);
  const wrote = () => asked.filter(({ url }) => url.endsWith('/entries')).map(({ body }) => body);
  const tell = (entry: object) => act(() => backend.send({ type: 'entry', state: 'open', entry }));
  return { backend, wrote, tell };
}

const idOf = (body: unknown) => (body as { id: string }).id;

beforeEach(() => localStorage.clear());

describe('the log of a case', () => {
  it("shows a colleague's entry and who is here as it happens, without what could run in it", async () => {
    const { backend } = await open();
    act(() => {
      backend.send({
        type: 'here',
        here: [
          { login: 'ana', name: 'Ana' },
          { login: 'ben', name: 'Ben' },
        ],
      });
      backend.send({
        type: 'entry',
        state: 'open',
        entry: {
          ...opened,
          id: 'n',
          kind: 'note',
          by: { login: 'ben', name: 'Ben' },
          text: '**mine** <img src=x onerror=alert(1)>',
        },
      });
    });
    expect(await screen.findByText('mine')).toBeVisible();
    expect(screen.getByText('Here: Ana, Ben')).toBeVisible();
    expect(document.querySelector('[onerror]')).toBeNull();
  });

  it('sends a note once and empties the field', async () => {
    const { wrote } = await open();
    await userEvent.type(screen.getByLabelText('Note'), 'taking this');
    await userEvent.click(screen.getByRole('button', { name: 'Add note' }));
    await waitFor(() => expect(wrote()).toHaveLength(1));
    expect(wrote()[0]).toMatchObject({ kind: 'note', text: 'taking this' });
    expect(screen.getByLabelText('Note')).toHaveValue('');
  });

  it('keeps what is refused and offers it again', async () => {
    await open(() => Response.json({ sentence: 'Grafana failed.' }, { status: 503 }));
    await userEvent.type(screen.getByLabelText('Note'), 'do not lose me');
    await userEvent.click(screen.getByRole('button', { name: 'Add note' }));
    expect(await screen.findByText('do not lose me · Grafana failed.')).toBeVisible();
    expect(localStorage.getItem('faultline.outbox.prod.x')).toContain('do not lose me');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
  });

  it('lets go of what is refused when it is discarded', async () => {
    const { wrote } = await open(() => Response.json({ sentence: 'You may not.' }, { status: 403 }));
    await userEvent.type(screen.getByLabelText('Note'), 'never mind');
    await userEvent.click(screen.getByRole('button', { name: 'Add note' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Discard: never mind' }));
    expect(screen.queryByText(/You may not/)).not.toBeInTheDocument();
    expect(localStorage.getItem('faultline.outbox.prod.x')).toBeNull();
    expect(wrote()).toHaveLength(1);
  });

  it('takes nothing more once it is deleted', async () => {
    const { backend } = await open();
    act(() => backend.send({ type: 'deleted' }));
    expect(await screen.findByText('This case was deleted.')).toBeVisible();
    expect(screen.queryByLabelText('Note')).not.toBeInTheDocument();
  });

  it('shows how far the recovery is', async () => {
    const { backend } = await open();
    const criteria = [
      {
        id: 'error-rate',
        name: 'error rate',
        unit: 'ratio',
        outcome: 'found',
        before: 0.073,
        now: 0.021,
        limit: 0.002,
        query: 'up',
      },
    ];
    act(() =>
      backend.send({
        type: 'watch',
        watch: { stage: 'waiting', sentence: 'Not yet.', criteria, since: opened.at, at: opened.at, holdFor: 15 },
      })
    );
    expect(await screen.findByText('Not yet.')).toBeVisible();
    expect(screen.getByText(/error rate: ✗ 2.1% \(at most 0.2%\)/)).toBeVisible();
  });

  it('starts a hand-over from what is known, to be edited', async () => {
    await open();
    await userEvent.click(screen.getByRole('button', { name: 'Write handover' }));
    expect(screen.getByLabelText('Note')).toHaveDisplayValue(/What we know/);
    expect(screen.getByRole('button', { name: 'Hand over' })).toBeEnabled();
    expect(screen.getByLabelText('Note')).toHaveFocus();
  });

  it('keeps what was typed before a hand-over was asked for, and is a note again when all is taken out', async () => {
    await open();
    const note = screen.getByLabelText<HTMLTextAreaElement>('Note');
    await userEvent.type(note, 'DNS, I think');
    await userEvent.click(screen.getByRole('button', { name: 'Write handover' }));
    expect(note.value).toMatch(/^DNS, I think\n\n\*\*What we know\*\*/);
    expect(screen.getByRole('button', { name: 'Write handover' })).toBeDisabled();
    await userEvent.clear(note);
    await userEvent.type(note, 'just a note');
    expect(screen.getByRole('button', { name: 'Add note' })).toBeEnabled();
  });
});

describe('working on the steps of a case', () => {
  const ben = { login: 'ben', name: 'Ben' };

  it('ticks a step, shows who did, and lets it be reopened', async () => {
    const { backend, wrote, tell } = await open();
    await userEvent.click(screen.getByRole('button', { name: 'Mark Error rate done' }));
    await waitFor(() => expect(wrote()[0]).toMatchObject({ kind: 'ticked', step: 'impact/error-rate' }));
    const entry = {
      ...opened,
      id: idOf(wrote()[0]),
      kind: 'ticked',
      by: ben,
      text: undefined,
      step: 'impact/error-rate',
    };
    tell(entry);
    expect(await screen.findByText('done by Ben')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Reopen Error rate' })).toHaveFocus();
    await userEvent.click(screen.getByRole('button', { name: 'Reopen Error rate' }));
    await waitFor(() => expect(wrote()[1]).toMatchObject({ kind: 'step reopened', step: 'impact/error-rate' }));
    act(() =>
      backend.send({ type: 'entry', state: 'open', entry: { ...entry, id: idOf(wrote()[1]), kind: 'step reopened' } })
    );
    expect(await screen.findByRole('button', { name: /^Mark Error rate done/ })).toHaveFocus();
  });

  it('ticks and pins once, however often somebody clicks', async () => {
    const { wrote } = await open();
    await userEvent.dblClick(screen.getByRole('button', { name: /^Mark Error rate done/ }));
    await userEvent.dblClick(screen.getByRole('button', { name: 'Add to the case timeline' }));
    await waitFor(() => expect(wrote()).toHaveLength(2));
    expect(wrote()).toMatchObject([{ kind: 'ticked' }, { kind: 'pinned' }]);
    expect(screen.getByText(/^done by/)).toBeVisible();
    expect(screen.getByRole('button', { name: 'On the case timeline' })).toBeDisabled();
  });

  it('takes back a tick that was refused', async () => {
    await open(() => Response.json({ sentence: 'You may not.' }, { status: 403 }));
    await userEvent.click(screen.getByRole('button', { name: /^Mark Error rate done/ }));
    expect(await screen.findByText(/You may not/)).toBeVisible();
    expect(screen.getByRole('button', { name: /^Mark Error rate done/ })).toBeVisible();
  });

  it('leaves the focus where it is when a colleague ticks a step', async () => {
    const { tell } = await open();
    await userEvent.click(screen.getByLabelText('Note'));
    const entry = { ...opened, id: 't', kind: 'ticked', by: ben, text: undefined, step: 'impact/error-rate' };
    tell(entry);
    expect(await screen.findByText('done by Ben')).toBeVisible();
    expect(screen.getByLabelText('Note')).toHaveFocus();
  });

  it('comes back to the step when it is not skipped after all', async () => {
    await open();
    await userEvent.click(screen.getByRole('button', { name: 'Skip Error rate, with a reason' }));
    await userEvent.keyboard('{Escape}');
    expect(screen.getByRole('button', { name: /^Mark Error rate done/ })).toHaveFocus();
  });

  it('skips a step with a reason, and not without', async () => {
    const { wrote } = await open();
    await userEvent.click(screen.getByRole('button', { name: 'Skip Error rate, with a reason' }));
    expect(screen.getByRole('button', { name: 'Skip' })).toBeDisabled();
    await userEvent.keyboard('not ours{Enter}');
    await waitFor(() =>
      expect(wrote()[0]).toMatchObject({ kind: 'skipped', step: 'impact/error-rate', text: 'not ours' })
    );
  });

  it('pins a finding to the timeline, once', async () => {
    const { wrote, tell } = await open();
    await userEvent.click(screen.getByRole('button', { name: 'Add to the case timeline' }));
    const pin = {
      step: 'impact/error-rate',
      sentence: 'Error rate is 7.3%, normally 0.1%.',
      at: aCase().window.from,
    };
    await waitFor(() => expect(wrote()[0]).toMatchObject({ kind: 'pinned', step: pin.step, pin }));
    tell({ ...opened, id: 'p', kind: 'pinned', step: pin.step, pin });
    expect(await screen.findByRole('button', { name: 'On the case timeline' })).toBeDisabled();
  });

  it('leads to an entry that the address names', async () => {
    await open(undefined, 'opened');
    const entry = screen.getByText(/Ana · opened/).closest('li');
    expect(entry).toHaveFocus();
    expect(entry).toHaveAttribute('aria-current', 'true');
    expect(screen.getByTitle('Link to this entry')).toHaveAttribute(
      'href',
      '/a/faultline-investigation-app/cases/x?ds=prod&entry=opened'
    );
  });
});

describe('like this before', () => {
  it('says which earlier case, why, what fixed it and how long it took', async () => {
    await open();
    const section = await screen.findByRole('region', { name: 'Similar incidents' });
    expect(await within(section).findByRole('link', { name: '2026-01-02 order-service' })).toHaveAttribute(
      'href',
      '/a/faultline-investigation-app/cases/old?ds=prod'
    );
    expect(section).toHaveTextContent('80% similar');
    expect(section).toHaveTextContent('Fixed by Ben: took the policy away');
    expect(section).toHaveTextContent('Took 14 min from the onset until the exit criteria held');
    expect(section).toHaveTextContent('The same cause: networkpolicy/x of coredns.');
    expect(section).toHaveTextContent('1 could not be read.');
  });
});

describe('a Viewer', () => {
  afterEach(() => {
    config.bootData.user.orgRole = OrgRole.Editor;
  });

  it('reads the log, and is offered nothing that would be refused', async () => {
    config.bootData.user.orgRole = OrgRole.Viewer;
    await open();
    expect(screen.getByText('You can read this log. Writing to it requires the Editor role.')).toBeVisible();
    expect(screen.queryByLabelText('Note')).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Tick/ })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Put it on the timeline/ })).not.toBeInTheDocument();
  });
});
