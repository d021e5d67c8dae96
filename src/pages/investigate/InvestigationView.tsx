import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { InvestigationRequest } from '../../api/investigations';
import type { Progress } from '../../api/progress';
import { useInvestigation } from '../../api/useInvestigation';
import { CaseLog } from '../../cases/CaseLog';
import { FactsProvider } from '../../evidence/factsContext';
import { VerdictPanel } from '../../evidence/VerdictPanel';
import { Checklist } from '../../phases/Checklist';
import { phaseOrder } from '../../phases/phases';
import { PhaseSection } from '../../phases/PhaseSection';
import { stepCardId } from '../../phases/StepCard';
import { ProgressBar } from './ProgressBar';

const nothingKnown = {};

/** An investigation while it runs and after: verdict on top, checklist left, findings in the centre. */
export function InvestigationView({ request }: { request: InvestigationRequest }) {
  const styles = useStyles2(getStyles);
  const investigation = useInvestigation(request);
  const { progress } = investigation;
  return (
    <FactsProvider value={progress.case?.facts ?? nothingKnown}>
      <ProgressBar {...investigation} />
      <Conclusion progress={progress} />
      <div className={styles.columns}>
        <div className={styles.checklist}>
          <Checklist progress={progress} onSelect={showStep} />
        </div>
        <main className={styles.findings}>
          {phaseOrder.map((phase) => (
            <PhaseSection key={phase} phase={phase} progress={progress} onSelect={showStep} />
          ))}
        </main>
        <SavedLog ds={request.dataSourceUid} progress={progress} />
      </div>
    </FactsProvider>
  );
}

/** The log of the case that the investigation is kept in, or why it is not. */
function SavedLog({ ds, progress: { saved, unsaved } }: { ds: string; progress: Progress }) {
  if (unsaved) {
    return (
      <Alert severity="info" title={unsaved.sentence}>
        {unsaved.advice}
      </Alert>
    );
  }
  return saved ? <CaseLog key={saved.id} ds={ds} id={saved.id} /> : null;
}

function Conclusion({ progress }: { progress: Progress }) {
  if (progress.failure) {
    return (
      <Alert severity="error" title={progress.failure.sentence}>
        {progress.failure.advice}
      </Alert>
    );
  }
  return progress.state === 'done' && progress.case ? (
    <VerdictPanel verdict={progress.case.verdict} onSelect={showStep} />
  ) : null;
}

function showStep(key: string) {
  const card = document.getElementById(stepCardId(key));
  card?.scrollIntoView({ block: 'start' });
  card?.focus({ preventScroll: true });
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(240px, 300px) minmax(0, 1fr)',
    gap: theme.spacing(3),
    '&:has(> :nth-child(3))': {
      [theme.breakpoints.up('xl')]: { gridTemplateColumns: 'minmax(220px, 280px) minmax(0, 1fr) minmax(260px, 340px)' },
      [theme.breakpoints.down('xl')]: { '> :nth-child(3)': { gridColumn: '1 / -1' } },
    },
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  checklist: css({
    [theme.breakpoints.up('md')]: {
      position: 'sticky',
      top: theme.spacing(10),
      alignSelf: 'start',
      maxHeight: `calc(100vh - ${theme.spacing(12)})`,
      overflow: 'auto',
    },
  }),
  findings: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3) }),
});
