import type { ReactNode } from 'react';
import { urlUtil } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { listEnvironments } from '../api/environments';
import { NoEnvironment } from '../cases/NoEnvironment';
import { UnknownEnvironment } from '../cases/UnknownEnvironment';

interface Props {
  title: string;
  subTitle: string;
  /** of the page, without parameters */
  path: string;
  /** uid of the environment that the address asks for; null for the first that there is */
  asked: string | null;
  /** names the same page of another environment, offered where the one asked for is not there */
  titleOf: (environment: string) => string;
  /** what the page shows of an environment */
  children: (environment: string) => ReactNode;
}

/** A page about one environment, which leads on where there is none or not the one that the address asks for. */
export function EnvironmentPage({ title, subTitle, path, asked, titleOf, children }: Props) {
  const environments = listEnvironments();
  const named = environments.find(({ uid }) => uid === asked);
  const first = named ?? environments[0];
  const isHere = !asked || named !== undefined;
  return (
    <PluginPage renderTitle={() => <h1>{title}</h1>} subTitle={subTitle}>
      {!first && <NoEnvironment />}
      {first && isHere && children(first.uid)}
      {first && !isHere && (
        <UnknownEnvironment instead={titleOf(first.name)} path={urlUtil.renderUrl(path, { ds: first.uid })} />
      )}
    </PluginPage>
  );
}
