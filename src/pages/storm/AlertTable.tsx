import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { StormAlert } from '../../api/storms';
import { PlainTable } from '../../evidence/PlainTable';
import { formatMoment } from '../../format/formatInterval';
import { hrefOf, investigationUrl } from '../../links/link';
import { beganOf, isKnown } from './alerts';
import { getLinkStyles } from './linkStyles';

interface Props {
  label: string;
  /** what the last column says */
  header: string;
  rows: Array<{ alert: StormAlert; text: string }>;
  environment: string;
  at: string;
}

/** Alerts with their service, since when they are active, who knows of them, and one thing more. */
export function AlertTable({ label, header, rows, environment, at }: Props) {
  return (
    <PlainTable
      label={label}
      headers={[
        t('storm.table.alert', 'Alert'),
        t('storm.table.service', 'Service'),
        t('storm.table.since', 'Active since'),
        header,
        t('storm.table.source', 'Source'),
      ]}
      rows={rows.map(({ alert, text }) => [
        alert.name,
        <ServiceLink key="service" alert={alert} environment={environment} />,
        sinceOf(alert, at),
        text,
        alert.sources.join(', '),
      ])}
    />
  );
}

function ServiceLink({ alert, environment }: { alert: StormAlert; environment: string }) {
  const styles = useStyles2(getLinkStyles);
  const { service, namespace, operation } = alert.subject;
  if (!service) {
    return <>{t('storm.table.no-service', 'none')}</>;
  }
  const began = beganOf(alert);
  const link = { ds: environment, service, namespace, operation, at: Number.isNaN(began) ? undefined : String(began) };
  return (
    <a className={styles.link} href={hrefOf(investigationUrl(link))}>
      {service}
    </a>
  );
}

function sinceOf(alert: StormAlert, at: string): string {
  const began = beganOf(alert);
  if (Number.isNaN(began)) {
    return t('storm.table.unknown', 'not known');
  }
  const time = formatMoment(began, at);
  return isKnown(alert.began.from) ? time : t('storm.table.before', 'before {{time}}', { time });
}
