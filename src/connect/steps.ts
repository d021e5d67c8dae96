import type { AppPluginMeta } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Failure } from '../api/failure';
import { appId, dataSourceType } from '../api/pluginIds';
import type { SecureSettings, Settings } from '../api/settings';
import type { Listed } from './discover';
import { askGrafana, askIfThere, type Advice } from './grafana';
import { readOrganization, type Account, type Role, type Setup } from './setups';

/** What is to be set up. */
interface Plan {
  uid: string;
  name: string;
  role: Role;
  settings: Settings;
}

export const stepNames = ['app', 'account', 'dataSource', 'test'] as const;
export type StepName = (typeof stepNames)[number];

/** How far a set-up has come; done has what is to be said of each step that is done. */
export interface SetupProgress {
  done: Partial<Record<StepName, string>>;
  isBusy: boolean;
  failure?: Failure;
}

/** Sets an environment up and says of each step that it is done. What is there already is kept, so that it can be finished. */
export async function connect(
  plan: Plan,
  app: AppPluginMeta,
  done: (step: StepName, told?: string) => void
): Promise<void> {
  if (!app.enabled) {
    const data = { enabled: true, pinned: true, jsonData: app.jsonData };
    const what = t('connect.enable-failed', 'Could not enable the app.');
    await askGrafana(what, { method: 'POST', url: `/api/plugins/${appId}/settings`, data }, adviceTo('plugins:write'));
  }
  done('app');
  const account = await makeAccount(plan);
  done('account');
  await makeDataSource(plan, account);
  done('dataSource');
  done('test', await test(plan.uid));
}

/** Makes the service account, or gives the one there is the role that is wanted. */
async function makeAccount({ uid, role }: Plan): Promise<Account> {
  const { accounts } = await readOrganization();
  const there = accounts.find(({ name }) => name === uid);
  if (there?.role === role) {
    return there;
  }
  const what = t('connect.account-failed', 'Could not create the service account.');
  const url = there ? `/api/serviceaccounts/${there.id}` : '/api/serviceaccounts';
  const data = there ? { role } : { name: uid, role, isDisabled: false };
  const method = there ? 'PATCH' : 'POST';
  const made = await askGrafana<Account>(what, { method, url, data }, adviceTo('serviceaccounts:write'));
  return there ?? made;
}

interface Whole extends Listed {
  secureJsonFields?: Partial<Record<keyof SecureSettings, boolean>>;
}

// What is asked for here and not given is taken away; all other settings are kept.
const asked: Settings = { metrics: undefined, traces: undefined, logs: undefined, grafanaUrl: undefined };

/** Makes the data source, or completes the one there is; a token that it holds already is kept. */
async function makeDataSource({ uid, name, settings }: Plan, account: Account): Promise<void> {
  const what = t('connect.data-source-failed', 'Could not create the data source.');
  const url = `/api/datasources/uid/${encodeURIComponent(uid)}`;
  const there = await askIfThere<Whole>(what, { url }, adviceTo('datasources:read'));
  const hasToken = Boolean(there?.secureJsonFields?.token) && account.tokens !== 0;
  const secureJsonData = hasToken ? undefined : { token: await makeToken(account) };
  const jsonData = { ...there?.jsonData, ...asked, ...settings };
  const data = { ...there, uid, name, type: dataSourceType, access: 'proxy', jsonData, secureJsonData };
  const advice: Advice = (status) =>
    status === 409
      ? t('connect.name-taken', 'Another data source has this name. Choose another one.')
      : adviceTo('datasources:write')(status);
  await askGrafana(
    what,
    there ? { method: 'PUT', url, data } : { method: 'POST', url: '/api/datasources', data },
    advice
  );
}

/** Makes a token. Those that are there are taken away: nobody can read them any more, and the account is ours alone. */
async function makeToken({ id }: Account): Promise<string> {
  const what = t('connect.token-failed', 'Could not create the token.');
  const url = `/api/serviceaccounts/${id}/tokens`;
  const advice: Advice = (status) =>
    status === 400
      ? t(
          'connect.token-advice',
          "Grafana may limit token lifetimes. Create a token for this service account manually and set it on the data source's page."
        )
      : adviceTo('serviceaccounts:write')(status);
  const lost = await askGrafana<Array<{ id: number }>>(what, { url }, advice);
  for (const token of lost) {
    await askGrafana(what, { method: 'DELETE', url: `${url}/${token.id}` }, advice);
  }
  const data = { name: `faultline-${Date.now()}` };
  const { key } = await askGrafana<{ key: string }>(what, { method: 'POST', url, data }, advice);
  return key;
}

/** Lets the data source examine itself; gives what it says, throws a FailureError with what is wrong. */
export async function test(uid: string): Promise<string> {
  const what = t('connect.test-failed', 'It is set up, but the test failed.');
  const url = `/api/datasources/uid/${encodeURIComponent(uid)}/health`;
  const advice: Advice = (status) =>
    status === 404 ? t('connect.test-missing', 'Restart Grafana if you have just installed the plugin.') : undefined;
  return (await askGrafana<{ message: string }>(what, { url }, advice)).message;
}

/** Takes away what was made: the data source, and the service account with its tokens. What is gone already is fine. */
export async function undo({ dataSource, account }: Setup): Promise<void> {
  if (dataSource) {
    const what = t('connect.undo-data-source-failed', 'Could not delete the data source.');
    const url = `/api/datasources/uid/${encodeURIComponent(dataSource.uid)}`;
    await askIfThere(what, { method: 'DELETE', url }, adviceTo('datasources:delete'));
  }
  if (account) {
    const what = t('connect.undo-account-failed', 'Could not delete the service account.');
    const url = `/api/serviceaccounts/${account.id}`;
    await askIfThere(what, { method: 'DELETE', url }, adviceTo('serviceaccounts:delete'));
  }
}

function adviceTo(permission: string): Advice {
  return (status) =>
    status === 401
      ? t('connect.advice-401', 'Sign in to Grafana again.')
      : status === 403
        ? t(
            'connect.advice-403',
            'Ask an administrator of this organization. It requires the permission {{permission}}.',
            {
              permission,
            }
          )
        : t('connect.advice-other', 'Try again. What was created so far is kept and can be completed or undone.');
}
