import type { PluginPageProps } from '@grafana/runtime';
import { act, render, screen } from '@testing-library/react';
import { aCase } from '../../tests/unit/cases';
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
      screen.getByText(/^fix applied, recovery watched · likely: networkpolicy\/restrict-coredns · 2026-03-10 .* UTC/)
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
    expect(screen.getByText(/an environment that is not here/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Cases of prod' })).toHaveAttribute('href', `${casesPath}?ds=prod`);
    expect(asked).toHaveLength(0);
  });

  it('says what to do where no environment is set up', () => {
    installDataSources();
    render(<CasesRoute pathname={casesPath} search="" />);
    expect(screen.getByText('No environment is set up yet.')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Set one up' })).toBeVisible();
  });
});
