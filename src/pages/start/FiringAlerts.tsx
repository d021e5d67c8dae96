import { css } from '@emotion/css';
import { dateTime, urlUtil, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Badge, LinkButton, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { useFiringAlerts, type FiringAlert } from '../../api/firingAlerts';
import { hrefOf, investigationUrl, stormPath } from '../../links/link';
import { subjectOf } from '../../links/subject';
import { StartSection } from './StartSection';

/** alerts that may have one cause */
const severalFrom = 2;

/** What this Grafana's own alert rules say is wrong now, each one click from its investigation. */
export function FiringAlerts({ environment }: { environment: string }) {
  const styles = useStyles2(getStyles);
  const { answer, failure } = useFiringAlerts();
  return (
    <StartSection title={t('start.alerts.title', 'Firing alerts')} failure={failure}>
      {!answer && !failure && <LoadingPlaceholder text="" />}
      {answer?.length === 0 && <Trans i18nKey="start.alerts.none">No alerts are firing in this Grafana.</Trans>}
      {answer && answer.length >= severalFrom && (
        <div>
          <LinkButton
            size="sm"
            variant="secondary"
            icon="sitemap"
            href={hrefOf(urlUtil.renderUrl(stormPath, { ds: environment }))}
          >
            {t('start.alerts.together', 'Explain these {{count}} alerts together', { count: answer.length })}
          </LinkButton>
        </div>
      )}
      {answer && answer.length > 0 && (
        <ul className={styles.list}>
          {answer.map((alert, index) => (
            <AlertEntry key={index} alert={alert} environment={environment} />
          ))}
        </ul>
      )}
    </StartSection>
  );
}

function AlertEntry({ alert, environment }: { alert: FiringAlert; environment: string }) {
  const styles = useStyles2(getStyles);
  const { labels, annotations, activeAt } = alert;
  const subject = subjectOf(labels);
  const name = labels.alertname ?? t('start.alerts.unnamed', 'Alert');
  const { severity } = labels;
  return (
    <li className={styles.entry}>
      <div className={styles.what}>
        <div>
          <strong>{name}</strong>{' '}
          {severity && <Badge color={severity === 'critical' ? 'red' : 'orange'} text={severity} />}
        </div>
        <div className={styles.context}>
          {annotations.summary ?? [subject?.service, subject?.operation].filter(Boolean).join(' · ')}
        </div>
        <div className={styles.context}>
          {t('start.alerts.since', 'firing for {{duration}}', { duration: dateTime(activeAt).fromNow(true) })}
        </div>
      </div>
      <LinkButton
        size="sm"
        icon="search"
        href={hrefOf(
          investigationUrl({
            ds: environment,
            at: activeAt,
            labels,
            service: subject?.service,
            operation: subject?.operation,
          })
        )}
        aria-label={t('start.alerts.investigate', 'Investigate {{name}}', {
          name,
          interpolation: { escapeValue: false },
        })}
      >
        <Trans i18nKey="start.investigate">Investigate</Trans>
      </LinkButton>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    margin: 0,
    padding: 0,
  }),
  entry: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    paddingLeft: theme.spacing(1.5),
    borderLeft: `${theme.spacing(0.5)} solid ${theme.colors.error.border}`,
  }),
  what: css({ flex: '1 1 220px', minWidth: 0, overflowWrap: 'anywhere' }),
  context: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
});
