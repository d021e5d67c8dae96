import { t } from '@grafana/i18n';
import { dataSourceType } from '../api/pluginIds';
import type { Settings } from '../api/settings';
import type { Listed } from './discover';
import { askGrafana } from './grafana';

/** A service account as Grafana's API lists it. */
export interface Account {
  id: number;
  name: string;
  role: Role;
  tokens?: number;
}

export type Role = 'Viewer' | 'Editor';

/** An environment of this organization, as far as it has been made. Its parts are found again by their common name. */
export interface Setup {
  /** uid of the data source, and name of the service account */
  uid: string;
  name: string;
  dataSource?: Listed;
  account?: Account;
  state: 'complete' | 'half-made' | 'by hand' | 'provisioned';
}

const prefix = 'faultline-';
const longest = 40; // characters of a uid that Grafana takes

/** The uid of an environment that is called so: that of the one there is, else one that no other has. */
export function uidFor(name: string, setups: Setup[]): string {
  const others = new Set(setups.flatMap(({ dataSource }) => dataSource?.uid ?? []));
  const wanted = uidOf(name);
  let free = wanted;
  for (let number = 2; others.has(free); number++) {
    free = `${wanted.slice(0, longest - 4)}-${number}`;
  }
  return named(name, setups)?.uid ?? free;
}

/** The environment that is called so. */
export function named(name: string, setups: Setup[]): Setup | undefined {
  return setups.find(({ dataSource }) => dataSource?.name === name);
}

/** The uid of an environment that is called so, where no other has it. */
export function uidOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return (prefix + (slug || 'environment')).slice(0, longest);
}

/** Everything that is set up, whole or in part: data sources of ours, and service accounts made for one. */
export function setupsOf(dataSources: Listed[], accounts: Account[]): Setup[] {
  const ours = dataSources.filter(({ type }) => type === dataSourceType);
  const made = accounts.filter(({ name }) => name.startsWith(prefix));
  const whole = ours.map((dataSource): Setup => {
    const { uid, name } = dataSource;
    const account = made.find((candidate) => candidate.name === uid);
    return { uid, name, dataSource, account, state: stateOf(dataSource, account) };
  });
  const lonely = made
    .filter(({ name }) => !ours.some(({ uid }) => uid === name))
    .map((account): Setup => ({ uid: account.name, name: account.name, account, state: 'half-made' }));
  return [...whole, ...lonely];
}

function stateOf(dataSource: Listed, account: Account | undefined): Setup['state'] {
  if (dataSource.readOnly) {
    return 'provisioned';
  }
  if (account) {
    return account.tokens === 0 ? 'half-made' : 'complete';
  }
  return dataSource.uid.startsWith(prefix) && usesGrafana(dataSource.jsonData) ? 'half-made' : 'by hand';
}

const usesGrafana = ({ metrics, traces, logs }: Settings) => [metrics, traces, logs].some((store) => store?.uid);

/** Reads what the organization has. Throws a FailureError that says who may. */
export async function readOrganization(): Promise<{ dataSources: Listed[]; accounts: Account[] }> {
  const advice = () => t('connect.read-advice', 'Ask an administrator of this organization.');
  const what = t('connect.read-data-sources', 'Could not list the data sources.');
  const whose = t('connect.read-accounts', 'Could not list the service accounts.');
  const [dataSources, accounts] = await Promise.all([
    askGrafana<Listed[]>(what, { url: '/api/datasources' }, advice),
    askGrafana<{ serviceAccounts: Account[] }>(
      whose,
      { url: '/api/serviceaccounts/search', params: { query: prefix, perpage: 500 } },
      advice
    ),
  ]);
  return { dataSources, accounts: accounts.serviceAccounts };
}
