import { createServer } from 'node:net';
import { request, type APIRequestContext } from '@playwright/test';
import { logsDown, metricsSilent, practised, recording, signIn } from './lab';

/**
 * Makes a real Grafana ready for the tests: adds the two data sources whose stores are broken, the one for practice and the one
 * that is a recording. What it gives takes everything away again. It needs GRAFANA_USER and GRAFANA_PASSWORD of an administrator of the organization.
 */
export default async function prepare(): Promise<() => Promise<void>> {
  const { GRAFANA_URL = '', INVESTIGATION = '' } = process.env;
  const grafana = await request.newContext({ baseURL: `${GRAFANA_URL.replace(/\/$/, '')}/` });
  await signIn(grafana);

  // The kernel takes connections; nobody ever answers.
  const silent = createServer();
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  // A run that was interrupted has left its own.
  const name = `faultline-browser-tests-${Date.now()}`;
  const account = await ask<{ id: number }>(grafana, 'POST', 'api/serviceaccounts', { name, role: 'Editor' });
  const { key } = await ask<{ key: string }>(grafana, 'POST', `api/serviceaccounts/${account.id}/tokens`, { name });
  const uid = new URL(INVESTIGATION).searchParams.get('ds') ?? '';
  const known = await ask<{ type: string; jsonData: object }>(grafana, 'GET', `api/datasources/uid/${uid}`);
  const truth = {
    service: 'coredns',
    component: 'networkpolicy/restrict-coredns',
    cause: 'the network policy restrict-coredns cuts CoreDNS off',
  };
  const others: Array<{ name: string; stores?: object; secrets?: object; settings?: object }> = [
    { name: recording, settings: { recording: 'walkthrough' } },
    { name: logsDown, stores: { logs: { url: 'http://127.0.0.1:1' } } },
    { name: metricsSilent, stores: { metrics: { url: `http://127.0.0.1:${port}` } } },
    { name: practised ?? '', secrets: { practiceTruth: JSON.stringify(truth) } },
  ];
  for (const { name, stores, secrets, settings } of others) {
    await grafana.delete(`api/datasources/uid/${name}`); // that of a run that was interrupted
    await ask(grafana, 'POST', 'api/datasources', {
      uid: name,
      name,
      type: known.type,
      access: 'proxy',
      jsonData: settings ?? { ...known.jsonData, ...stores },
      secureJsonData: { token: key, ...secrets },
    });
  }
  return async () => {
    await signIn(grafana); // anew: it gives a session another name every ten minutes
    for (const { name } of others) {
      await ask(grafana, 'DELETE', `api/datasources/uid/${name}`);
    }
    await ask(grafana, 'DELETE', `api/serviceaccounts/${account.id}`);
    await grafana.dispose();
    silent.close();
  };
}

async function ask<Answer>(grafana: APIRequestContext, method: string, url: string, data?: object): Promise<Answer> {
  const answer = await grafana.fetch(url, { method, data });
  if (!answer.ok()) {
    throw new Error(`Grafana answered ${method} ${url} with ${answer.status()}: ${await answer.text()}`);
  }
  return (await answer.json()) as Answer;
}
