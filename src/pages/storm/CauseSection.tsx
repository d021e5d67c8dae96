import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Storm, StormCause } from '../../api/storms';
import { formatMoment } from '../../format/formatInterval';
import { withMoments } from '../../format/moments';
import { AlertTable } from './AlertTable';
import { explainedBy, investigatedHref, isKnown, type ExplainedAlert } from './alerts';
import { InhibitionRule } from './InhibitionRule';
import { getLinkStyles } from './linkStyles';
import { StormSection } from './StormSection';

interface Props {
  cause: StormCause;
  storm: Storm;
  environment: string;
}

/** One cause with the alerts that it explains, and the rule that would have kept those of others quiet. */
export function CauseSection({ cause, storm, environment }: Props) {
  const styles = useStyles2(getStyles);
  const links = useStyles2(getLinkStyles);
  const explained = explainedBy(storm, cause.id);
  const { subject } = cause.from;
  const alerts = explained.map(({ alert }) => alert);
  const isOwn = (service: string) => cause.services.includes(service);
  return (
    <StormSection title={withMoments(cause.sentence, cause.moments)}>
      <div className={styles.context}>
        {t('storm.cause.explains', 'Explains {{count}} alerts.', {
          count: explained.length,
          defaultValue_one: 'Explains {{count}} alert.',
        })}{' '}
        {isKnown(cause.began.from) &&
          t('storm.cause.began', 'Began between {{from}} and {{to}}.', {
            from: formatMoment(cause.began.from, storm.at),
            to: formatMoment(cause.began.to, storm.at),
          })}{' '}
        {cause.owner &&
          t('storm.cause.owner', 'Owner: {{owner}}.', {
            owner: cause.owner,
            interpolation: { escapeValue: false },
          })}{' '}
        <a className={links.link} href={investigatedHref(environment, cause.from)}>
          {t('storm.cause.investigation', 'Investigation of {{service}}', {
            service: subject.service,
            interpolation: { escapeValue: false },
          })}
        </a>
      </div>
      <AlertTable
        label={t('storm.cause.table', 'Alerts explained by {{service}}', {
          service: cause.service,
          interpolation: { escapeValue: false },
        })}
        header={t('storm.table.path', 'Path to the cause')}
        rows={explained.map((one) => ({ alert: one.alert, text: pathOf(one) }))}
        environment={environment}
        at={storm.at}
      />
      {storm.done && (
        <InhibitionRule
          environment={environment}
          sources={alerts.filter(({ subject: { service } }) => isOwn(service))}
          targets={alerts.filter(({ subject: { service } }) => !isOwn(service))}
        />
      )}
      {cause.level === 'no clear cause' && (
        <div className={styles.context}>
          <Trans i18nKey="storm.cause.unnamed">
            Only the service is known at which these alerts begin. Open its investigation to see what was checked.
          </Trans>
        </div>
      )}
    </StormSection>
  );
}

function pathOf({ by: { path, measured } }: ExplainedAlert): string {
  if (path.length === 1) {
    return t('storm.table.direct', 'direct: no call between');
  }
  const text = path.join(' → ');
  return measured
    ? text
    : t('storm.table.unmeasured', '{{path}} (calls not measured)', {
        path: text,
        interpolation: { escapeValue: false },
      });
}

const getStyles = (theme: GrafanaTheme2) => ({
  context: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
});
