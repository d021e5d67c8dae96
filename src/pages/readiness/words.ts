import { t } from '@grafana/i18n';
import type { FactorName, FactorState } from '../../api/readiness';

/** What a person calls a factor. */
export function nameOf(factor: FactorName): string {
  return {
    alerts: t('readiness.factor-alerts', 'Alerts that link here'),
    traces: t('readiness.factor-traces', 'Traces'),
    logs: t('readiness.factor-logs', 'Trace IDs in logs'),
    attributes: t('readiness.factor-attributes', 'Span attributes'),
    infrastructure: t('readiness.factor-infrastructure', 'Infrastructure metrics'),
  }[factor];
}

export function sayState(state: FactorState): string {
  return {
    ready: t('readiness.state-ready', 'in place'),
    partly: t('readiness.state-partly', 'partial'),
    missing: t('readiness.state-missing', 'missing'),
    'not checked': t('readiness.state-not-checked', 'not checked'),
  }[state];
}
