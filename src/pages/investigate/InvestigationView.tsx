import { useMemo, type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, useStyles2 } from '@grafana/ui';
import type { Phase } from '../../api/case.gen';
import type { InvestigationRequest } from '../../api/investigations';
import type { Progress } from '../../api/progress';
import { useInvestigation } from '../../api/useInvestigation';
import { CaseLog } from '../../cases/CaseLog';
import { CaseWorkAround } from '../../cases/CaseWorkAround';
import { useCase, type FollowedCase } from '../../cases/useCase';
import { FactsProvider, knownOf, type Known } from '../../evidence/factsContext';
import { OwnNumbersProvider } from '../../evidence/ownNumbers';
import { SelectionProvider, type SelectionState } from '../../evidence/selectionContext';
import { VerdictPanel } from '../../evidence/VerdictPanel';
import { VerdictPending } from '../../evidence/VerdictPending';
import { CardBoundary } from '../../phases/CardBoundary';
import { Checklist } from '../../phases/Checklist';
import { phaseOrder } from '../../phases/phases';
import { phaseSectionId, PhaseSection } from '../../phases/PhaseSection';
import { stepCardId } from '../../phases/StepCard';
import { useAddressSelection } from './addressSelection';
import { OwnNumbers, RequestProvider } from './OwnNumbers';
import { ProgressBar } from './ProgressBar';
import { show, useShowSelected } from './useShowSelected';
import { useSteadyReading } from './useSteadyReading';

/** An investigation while it runs and after: verdict on top, checklist left, findings in the centre. */
export function InvestigationView({ request }: { request: InvestigationRequest }) {
  const styles = useStyles2(getStyles);
  const investigation = useInvestigation(request);
  const { progress } = investigation;
  const followed = useCase(request.dataSourceUid, progress.saved?.id);
  const known = useMemo(() => knownOf(progress.case), [progress.case]);
  const chosen = useAddressSelection();
  useShowSelected(chosen.selection, progress.case?.steps.length ?? 0);
  const root = useSteadyReading<HTMLDivElement>();
  const showStep = (step: string) => {
    chosen.select({ step });
    show(stepCardId(step));
  };
  const showPhase = (phase: Phase) => {
    chosen.select({ phase });
    show(phaseSectionId(phase));
  };
  return (
    <Around request={request} chosen={chosen} known={known} followed={followed}>
      <div ref={root} className={styles.view}>
        <ProgressBar {...investigation} dataSourceUid={request.dataSourceUid} />
        <Conclusion progress={progress} onSelect={showStep} />
        <div className={styles.columns}>
          <div className={styles.checklist}>
            <Checklist progress={progress} onSelect={showStep} onSelectPhase={showPhase} />
          </div>
          <main className={styles.findings}>
            {phaseOrder.map((phase) => (
              <PhaseSection key={phase} phase={phase} progress={progress} onSelect={showStep} />
            ))}
          </main>
          <SavedLog ds={request.dataSourceUid} progress={progress} followed={followed} />
        </div>
      </div>
    </Around>
  );
}

interface SavedLogProps {
  ds: string;
  progress: Progress;
  followed: FollowedCase;
}

/** The log of the case that the investigation is kept in, or why it is not. */
function SavedLog({ ds, progress: { saved, unsaved }, followed }: SavedLogProps) {
  if (unsaved) {
    return (
      <Alert severity="info" title={unsaved.sentence}>
        {unsaved.advice}
      </Alert>
    );
  }
  return saved ? (
    <CardBoundary title={t('investigate.log', 'Log')} content={saved.id}>
      <CaseLog ds={ds} id={saved.id} followed={followed} />
    </CardBoundary>
  ) : null;
}

interface AroundProps {
  request: InvestigationRequest;
  chosen: SelectionState;
  known: Known;
  followed: FollowedCase;
  children: ReactNode;
}

/** What evidence and phases find around them. */
function Around({ request, chosen, known, followed, children }: AroundProps) {
  return (
    <RequestProvider value={request}>
      <OwnNumbersProvider value={OwnNumbers}>
        <SelectionProvider value={chosen}>
          <FactsProvider value={known}>
            <CaseWorkAround followed={followed}>{children}</CaseWorkAround>
          </FactsProvider>
        </SelectionProvider>
      </OwnNumbersProvider>
    </RequestProvider>
  );
}

function Conclusion({ progress, onSelect }: { progress: Progress; onSelect: (key: string) => void }) {
  const { state, failure, case: document } = progress;
  if (failure) {
    return (
      <Alert severity="error" title={failure.sentence}>
        {failure.advice}
      </Alert>
    );
  }
  if (state === 'done' && document) {
    return (
      <CardBoundary title={t('investigate.verdict', 'Verdict')} content={document}>
        <VerdictPanel verdict={document.verdict} steps={document.steps} window={document.window} onSelect={onSelect} />
      </CardBoundary>
    );
  }
  return state === 'cancelled' ? null : <VerdictPending />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  // The browser's own way to hold the page still would do it a second time.
  view: css({ overflowAnchor: 'none' }),
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
