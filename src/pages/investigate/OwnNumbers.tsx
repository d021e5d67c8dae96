import { createContext, useContext } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Alert, LinkButton, Spinner, useStyles2 } from '@grafana/ui';
import type { InvestigationRequest } from '../../api/investigations';
import { isOver, stepKey } from '../../api/progress';
import { useInvestigation } from '../../api/useInvestigation';
import { FactsProvider, knownOf } from '../../evidence/factsContext';
import { FindingCard } from '../../evidence/FindingCard';
import { hrefOf, investigationUrl } from '../../links/link';
import { scopeOf } from '../../links/scope';

const RequestContext = createContext<InvestigationRequest | undefined>(undefined);

/** Tells what is being investigated, so that other services can be looked at in the same way. */
export const RequestProvider = RequestContext.Provider;

/** The impact phase of another service, in the same environment and time, and the way to its whole investigation. */
export function OwnNumbers({ service }: { service: string }) {
  const request = useContext(RequestContext);
  return request ? (
    <Impact request={{ ...request, subject: { service, ...scopeOf(request.subject) }, phases: ['impact'] }} />
  ) : null;
}

function Impact({ request }: { request: InvestigationRequest }) {
  const styles = useStyles2(getStyles);
  const { progress } = useInvestigation(request);
  const { case: document, failure } = progress;
  const steps = document?.steps ?? [];
  const charted = steps.filter(({ findings }) => findings.some(({ evidence }) => evidence?.series));
  const missing = steps.find(({ outcome, root }) => outcome === 'not checked' && !root);
  const { service } = request.subject;
  return (
    <div
      className={styles.numbers}
      aria-label={t('investigate.own.label', 'Metrics of {{service}}', {
        service,
        interpolation: { escapeValue: false },
      })}
      role="group"
    >
      {failure && <Alert severity="error" title={failure.sentence} bottomSpacing={0} />}
      {!isOver(progress) && <Spinner inline />}
      <FactsProvider value={knownOf(document)}>
        {charted.map((step) =>
          step.findings.map((finding, index) => <FindingCard key={`${stepKey(step)}-${index}`} finding={finding} />)
        )}
      </FactsProvider>
      {isOver(progress) && charted.length === 0 && <p>{missing?.reason ?? failure?.advice}</p>}
      <div>
        <LinkButton size="sm" variant="secondary" icon="search" href={hrefOf(pathOf(request))}>
          <Trans i18nKey="investigate.own.instead">Investigate this instead</Trans>
        </LinkButton>
      </div>
    </div>
  );
}

function pathOf({ dataSourceUid, subject, window }: InvestigationRequest): string {
  const ms = (time: string) => String(Date.parse(time));
  return investigationUrl({
    ds: dataSourceUid,
    service: subject.service,
    ...scopeOf(subject),
    window: window && { from: ms(window.from), to: ms(window.to) },
  });
}

const getStyles = (theme: GrafanaTheme2) => ({
  numbers: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1),
    whiteSpace: 'normal',
  }),
});
