import { t } from '@grafana/i18n';
import type { Storm, Unexplained } from '../../api/storms';
import { AlertTable } from './AlertTable';
import { byId } from './alerts';
import { StormSection } from './StormSection';

interface Props {
  title: string;
  alerts: Unexplained[];
  storm: Storm;
  environment: string;
}

/** Alerts without a cause, each with why. */
export function OtherAlerts({ title, alerts, storm, environment }: Props) {
  const known = byId(storm);
  const rows = alerts.flatMap(({ alert: id, sentence: text }) => {
    const alert = known.get(id);
    return alert ? [{ alert, text }] : [];
  });
  if (rows.length === 0) {
    return null;
  }
  return (
    <StormSection
      title={t('storm.counted', '{{title}} ({{number}})', {
        title,
        number: rows.length,
        interpolation: { escapeValue: false },
      })}
    >
      <AlertTable
        label={title}
        header={t('storm.table.why', 'Why')}
        rows={rows}
        environment={environment}
        at={storm.at}
      />
    </StormSection>
  );
}
