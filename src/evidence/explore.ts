import { urlUtil } from '@grafana/data';
import { config, getDataSourceSrv } from '@grafana/runtime';
import type { Query } from '../api/case.gen';
import { mayExplore } from './permissions';

/**
 * The address at which Explore asks the very same question in the same time. Undefined where the user may not explore,
 * where the store is no data source of this Grafana, and for questions that Explore has no language for.
 */
export function exploreUrl({ text, language, dataSource, window, step }: Query): string | undefined {
  const settings = dataSource && mayExplore() ? findDataSource(dataSource) : undefined;
  const question = settings && questionOf(language, text, step);
  if (!settings || !question) {
    return undefined;
  }
  const { uid, type } = settings;
  const pane = {
    datasource: uid,
    queries: [{ refId: 'A', datasource: { type, uid }, ...question }],
    range: { from: milliseconds(window.from), to: milliseconds(window.to) },
  };
  return urlUtil.renderUrl(`${config.appSubUrl}/explore`, {
    schemaVersion: 1,
    panes: JSON.stringify({ fl1: pane }),
    orgId: config.bootData.user.orgId,
  });
}

function findDataSource(uid: string) {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is missing from hosts before 13.1
  const settings = getDataSourceSrv().getInstanceSettings(uid);
  return settings?.uid === uid ? settings : undefined;
}

// How the editors of the three data sources keep what was typed into them.
function questionOf(language: string, text: string, step?: number): object | undefined {
  switch (language) {
    case 'promql':
      return step ? { expr: text, range: true, interval: `${step}s` } : { expr: text, instant: true };
    case 'logql':
      return { expr: text, queryType: text.trimStart().startsWith('{') ? 'range' : 'instant' };
    case 'traceql':
    case 'trace':
      return { query: text, queryType: 'traceql' };
    default:
      return undefined;
  }
}

function milliseconds(time: string): string {
  return String(Date.parse(time));
}
