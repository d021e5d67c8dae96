import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Alert, LinkButton, useStyles2 } from '@grafana/ui';
import type { System } from '../../api/case.gen';
import type { InvestigationRequest } from '../../api/investigations';
import type { Known } from '../../evidence/factsContext';
import { hrefOf, investigationUrl } from '../../links/link';
import { scopeOf } from '../../links/scope';
import { inScope } from './inScope';

interface Props {
  request: InvestigationRequest;
  known: Known;
}

/** Which of several services of this name is looked at; or that they are mixed, with a way to the investigation of each. */
export function ScopeNote({ request, known }: Props) {
  const styles = useStyles2(getStyles);
  const { within = {}, systems = [] } = known.scope ?? {};
  const { service } = request.subject;
  if (systems.length > 1) {
    return (
      <Alert
        severity="warning"
        title={t('investigate.scope.mixed', 'Several services are named {{service}}. Choose one.', {
          service,
          interpolation: { escapeValue: false },
        })}
      >
        <p>
          <Trans i18nKey="investigate.scope.mixed-why">The findings below are for all of them together.</Trans>
        </p>
        <div className={styles.choices}>
          {systems.map((system) => (
            <LinkButton key={inScope(system)} size="sm" variant="secondary" href={hrefOf(pathOf(request, system))}>
              {inScope(system)}
            </LinkButton>
          ))}
        </div>
      </Alert>
    );
  }
  const told = inScope(within);
  return told ? (
    <p className={styles.within}>
      <Trans i18nKey="investigate.scope.within">Scope: {{ told }}</Trans>
    </p>
  ) : null;
}

/** The same investigation of one of the systems. */
function pathOf({ dataSourceUid, subject, window, alert }: InvestigationRequest, system: System): string {
  const ms = (time: string) => String(Date.parse(time));
  return investigationUrl({
    ds: dataSourceUid,
    service: subject.service,
    operation: subject.operation,
    ...scopeOf(subject),
    ...scopeOf(system),
    window: window && { from: ms(window.from), to: ms(window.to) },
    at: subject.alert?.began,
    alert,
    labels: subject.alert?.labels,
  });
}

const getStyles = (theme: GrafanaTheme2) => ({
  choices: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  within: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: 0 }),
});
