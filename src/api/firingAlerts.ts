import { getBackendSrv } from '@grafana/runtime';
import { t } from '@grafana/i18n';
import { firstValueFrom } from 'rxjs';
import { FailureError } from './failure';
import { useAnswer, type Asked } from './useAnswer';

/** An alert instance of a rule that this Grafana evaluates. */
export interface FiringAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** with a reason in brackets where there is one, for example "Alerting (NoData)" */
  state: string;
  activeAt: string;
}

interface Answer {
  data?: { alerts?: FiringAlert[] | null };
}

/** Asks which alerts of this Grafana fire, the newest first. A user who may not see alerts gets a failure that says so. */
export function useFiringAlerts(): Asked<FiringAlert[]> {
  return useAnswer('alerts', readFiringAlerts);
}

/** Reads which alerts of this Grafana fire, the newest first. Throws a FailureError. */
export async function readFiringAlerts(): Promise<FiringAlert[]> {
  const { data } = await ask();
  return (data.data?.alerts ?? [])
    .filter(({ state }) => /^(alerting|firing)/i.test(state))
    .sort((a, b) => Date.parse(b.activeAt) - Date.parse(a.activeAt));
}

async function ask() {
  const url = '/api/prometheus/grafana/api/v1/alerts';
  try {
    return await firstValueFrom(getBackendSrv().fetch<Answer>({ url, showErrorAlert: false }));
  } catch (error) {
    const { status } = error as { status?: number };
    throw new FailureError(
      t('api.alerts', 'Could not read the alerts of this Grafana (status {{status}}).', { status: status ?? 0 }),
      status === 403
        ? t('api.alerts-403', 'Ask an administrator for permission to read alert rules, or enter the service below.')
        : t('api.alerts-other', 'Check that Grafana Alerting is enabled, or enter the service below.')
    );
  }
}
