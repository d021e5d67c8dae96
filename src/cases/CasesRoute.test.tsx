import { locationUtil, OrgRole, type GrafanaConfig } from '@grafana/data';
import { config, locationService, type PluginPageProps } from '@grafana/runtime';
import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aCase, aFinding, aStep } from '../../tests/unit/cases';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import { answerFetchWith, LiveAnswer } from '../../tests/unit/streams';
import { dataSourceType } from '../api/pluginIds';
import { casesPath } from './caseLinks';
import { CasesRoute } from './CasesRoute';

const id = 'case-20260310-1047-0123456789ab';
const open = (part = '') => render(<CasesRoute pathname={`${casesPath}/${id}${part}`} search="?ds=prod" />);

// Grafana's frame, which shows what a page is called.
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  PluginPage: ({ renderTitle, subTitle, children }: PluginPageProps) => (
    <>
      {renderTitle?.('')}
      <p>{subTitle}</p>
      {children}
    </>
  ),
}));

beforeEach(() => installDataSources(aDataSource(dataSourceType, 'prod')));

const policy = {
  text: 'kubectl get networkpolicy',
  why: 'It may be cut off.',
  changes: false,
  step: 'impact/error-rate',
};
const commands = aStep({
  phase: 'recovery',
  id: 'commands',
  title: 'Mitigations',
  findings: [aFinding({ sentence: 'Look at the policy.', evidence: { commands: [policy] } })],
});

describe('what is selected on the page of a case', () => {
  async function withSteps(search: string) {
    locationService.push(`${casesPath}/${id}${search}`);
    const backend = new LiveAnswer();
    answerFetchWith(() => new Response(backend.body));
    render(<CasesRoute pathname={`${casesPath}/${id}`} search={search} />);
    const saved = { version: 1, id, entries: [], case: aCase({ steps: [aStep(), commands] }) };
    act(() => backend.send({ type: 'case', state: 'open', saved }));
    return screen.findByRole('region', { name: 'Error rate' });
  }
  const address = () => new URLSearchParams(locationService.getLocation().search).get('step');

  it('is brought into sight when the address says it', async () => {
    expect(await withSteps('?ds=prod&step=impact%2Ferror-rate')).toHaveFocus();
  });

  it('is what evidence leads to, and stands in the address', async () => {
    const card = await withSteps('?ds=prod');
    const list = screen.getByRole('region', { name: 'Mitigations' });
    await userEvent.click(within(list).getByRole('button', { name: 'Reason: Error rate' }));
    expect(card).toHaveFocus();
    expect(address()).toBe('impact/error-rate');
  });

  it('is what the checklist leads to, and stands in the address', async () => {
    const card = await withSteps('?ds=prod');
    await userEvent.click(within(screen.getByRole('navigation')).getByRole('button', { name: /Error rate.*found/ }));
    expect(card).toHaveFocus();
    expect(address()).toBe('impact/error-rate');
  });
});

describe('a case below a sub-path of Grafana', () => {
  const below = (appSubUrl: string) =>
    locationUtil.initialize({
      config: { appSubUrl } as GrafanaConfig,
      getTimeRangeForUrl: () => ({ from: '', to: '' }),
      getVariablesUrlParams: () => ({}),
    });
  beforeEach(() => below('/grafana'));
  afterEach(() => below(''));

  it('has links that lead there from another tab too', async () => {
    const before = { id: 'old', title: 'an older one', service: 'order-service', opened: '2026-01-02T10:47:00Z' };
    const backend = new LiveAnswer();
    answerFetchWith(({ url }) =>
      url.endsWith('/before')
        ? Response.json({ compared: 1, unread: 0, cases: [{ case: before, score: 1, because: [] }] })
        : new Response(backend.body)
    );
    open();
    const entry = { id: 'n', at: '2026-03-10T10:47:00Z', by: { login: 'ana', name: 'Ana' }, kind: 'note' };
    const saved = { version: 1, id, entries: [entry], case: aCase({ steps: [aStep()] }) };
    act(() => backend.send({ type: 'case', state: 'open', saved }));
    await screen.findByRole('link', { name: 'an older one' });
    const names = screen.getAllByRole('link').map((link) => link.textContent);
    expect(names).toEqual(['Report', 'Practice', 'Investigate again', 'an older one', '10:47:00']);
    for (const link of screen.getAllByRole('link')) {
      expect(link.getAttribute('href')).toMatch(/^\/grafana\/a\/faultline-investigation-app\//);
    }
  });
});

describe('the title of a case', () => {
  it('says what it is about, what has become of it, why, and when it was', async () => {
    const backend = new LiveAnswer();
    answerFetchWith(() => new Response(backend.body));
    open();
    expect(screen.getByRole('heading', { level: 1, name: 'Case' })).toBeVisible();
    const found = aCase({ subject: { service: 'order-service', operation: 'POST /api/checkout' } });
    const candidates = [{ service: 'coredns', component: 'networkpolicy/restrict-coredns', score: 1, because: [] }];
    const saved = {
      version: 1,
      id,
      entries: [],
      case: { ...found, verdict: { ...found.verdict, level: 'likely', candidates } },
    };
    act(() => backend.send({ type: 'case', state: 'watched', saved }));
    expect(await screen.findByRole('heading', { level: 1, name: 'order-service · POST /api/checkout' })).toBeVisible();
    expect(
      screen.getByText(/^fix applied, watching recovery · likely: networkpolicy\/restrict-coredns · 2026-03-10 .* UTC/)
    ).toBeVisible();
  });

  it('is that of the report where that is shown, with no sign of how it was written', async () => {
    answerFetchWith(
      () =>
        new Response('# Post-mortem: order\\_service GET a &amp; b\n\n```mermaid\ntimeline\n```\n\nWhat happened.\n')
    );
    open('/report');
    const title = 'Post-mortem: order_service GET a & b';
    expect(await screen.findByRole('heading', { level: 1, name: title })).toBeVisible();
    expect(screen.getAllByRole('heading')).toHaveLength(1);
    expect(screen.getByRole('article')).toHaveTextContent(/^What happened\.$/);
  });

  it('says so where the environment of a link is not here, and leads to one that is', () => {
    const asked = answerFetchWith(() => new Response());
    render(<CasesRoute pathname={casesPath} search="?ds=gone" />);
    expect(screen.getByText(/an environment that does not exist here/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Cases of prod' })).toHaveAttribute('href', `${casesPath}?ds=prod`);
    expect(asked).toHaveLength(0);
  });

  it('says what to do where no environment is set up', () => {
    installDataSources();
    render(<CasesRoute pathname={casesPath} search="" />);
    expect(screen.getByText('No environment is set up yet.')).toBeVisible();
    expect(screen.getByText('Ask an administrator of this organization to set one up.')).toBeVisible();
    expect(screen.queryByRole('link', { name: 'Set up an environment' })).not.toBeInTheDocument();
  });

  it('leads those who may to where one is set up', () => {
    installDataSources();
    const { user } = config.bootData;
    const role = user.orgRole;
    user.orgRole = OrgRole.Admin;
    render(<CasesRoute pathname={casesPath} search="" />);
    user.orgRole = role;
    expect(screen.getByRole('link', { name: 'Set up an environment' })).toBeVisible();
  });
});
