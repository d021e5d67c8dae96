import { urlUtil } from '@grafana/data';
import { config } from '@grafana/runtime';
import type { Query } from '../api/case.gen';
import { mayExplore } from './permissions';

const tracesApp = 'grafana-exploretraces-app';
const logsApp = 'grafana-lokiexplore-app';

/** Where Grafana's own app for a kind of telemetry shows a service. */
interface Drilldown {
  app: 'traces' | 'logs';
  url: string;
}

/**
 * The address at which Traces or Logs Drilldown shows the service in a query's store and time. Undefined where that app is
 * not installed, where the user may not explore, and for other stores.
 */
export function drilldownFor({ language, dataSource, window }: Query, service: string): Drilldown | undefined {
  if (!service || !dataSource || !mayExplore() || /^https?:/.test(dataSource)) {
    return undefined;
  }
  const time = { from: String(Date.parse(window.from)), to: String(Date.parse(window.to)) };
  if (['traceql', 'trace'].includes(language) && isInstalled(tracesApp)) {
    const url = urlUtil.renderUrl(`${config.appSubUrl}/a/${tracesApp}/explore`, {
      'var-ds': dataSource,
      ...time,
      'var-filters': `resource.service.name|=|${service}`,
      'var-primarySignal': 'true',
      'var-metric': 'errors',
      actionView: 'traceList',
    });
    return { app: 'traces', url };
  }
  if (language === 'logql' && isInstalled(logsApp)) {
    const path = `${config.appSubUrl}/a/${logsApp}/explore/service/${encodeURIComponent(service)}/logs`;
    const url = urlUtil.renderUrl(path, { 'var-ds': dataSource, ...time, 'var-filters': `service_name|=|${service}` });
    return { app: 'logs', url };
  }
  return undefined;
}

function isInstalled(app: string): boolean {
  // Hosts that know no apps have no such setting at all.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is missing from hosts before 13.1
  return app in { ...config.apps };
}
