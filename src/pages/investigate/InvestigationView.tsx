import { useEffect, useMemo, type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, useStyles2 } from '@grafana/ui';
import type { Verdict } from '../../api/case.gen';
import type { InvestigationRequest } from '../../api/investigations';
import { stepKey, type Progress } from '../../api/progress';
import { useInvestigation } from '../../api/useInvestigation';
import { CaseWorkAround } from '../../cases/CaseWorkAround';
import { useCase, type FollowedCase } from '../../cases/useCase';
import { FactsProvider, knownOf, type Known } from '../../evidence/factsContext';
import { OwnNumbersProvider } from '../../evidence/ownNumbers';
import { SelectionProvider, type SelectionState } from '../../evidence/selectionContext';
import { VerdictPanel } from '../../evidence/VerdictPanel';
import { VerdictPending } from '../../evidence/VerdictPending';
import { CardBoundary } from '../../phases/CardBoundary';
import { Checklist } from '../../phases/Checklist';
import { KeyNumbers } from '../../phases/KeyNumbers';
import { phaseOrder } from '../../phases/phases';
import { PhaseSection } from '../../phases/PhaseSection';
import { useSelected } from '../../phases/useShowSelected';
import { OwnNumbers, RequestProvider } from './OwnNumbers';
import { ProgressBar } from './ProgressBar';
import { hasLog, SavedLog } from './SavedLog';
import { ScopeNote } from './ScopeNote';
import { useIsWide } from './useIsWide';
import { useSteadyReading } from './useSteadyReading';

interface Props {
  request: InvestigationRequest;
  /** called with the verdict once it is known, and with nothing while it is not; stays the same */
  onVerdict: (verdict: Verdict | undefined) => void;
}

/** An investigation while it runs and after: verdict on top, checklist left, findings in the centre. */
export function InvestigationView({ request, onVerdict }: Props) {
  const styles = useStyles2(getStyles);
  const investigation = useInvestigation(request);
  const { progress } = investigation;
  const verdict = progress.state === 'done' ? progress.case?.verdict : undefined;
  useEffect(() => onVerdict(verdict), [verdict, onVerdict]);
  const followed = useCase(request.dataSourceUid, progress.saved?.id);
  const isWide = useIsWide();
  const known = useMemo(() => knownOf(progress.case), [progress.case]);
  const { chosen, showStep, showPhase } = useSelected(progress.case?.steps.length ?? 0);
  const root = useSteadyReading<HTMLDivElement>();
  const log = hasLog(progress) && (
    <SavedLog ds={request.dataSourceUid} progress={progress} followed={followed} isWide={isWide} />
  );
  return (
    <Around request={request} chosen={chosen} known={known} followed={followed}>
      <div ref={root} className={styles.view}>
        <ProgressBar {...investigation} dataSourceUid={request.dataSourceUid} />
        <ScopeNote request={request} known={known} />
        <KeyNumbers progress={progress} onSelect={showStep} />
        <Conclusion progress={progress} onSelect={showStep} />
        <div className={isWide && log ? styles.threeColumns : styles.columns}>
          <div className={styles.checklist}>
            {!isWide && log}
            <Checklist progress={progress} onSelect={showStep} onSelectPhase={showPhase} />
          </div>
          <div className={styles.findings}>
            {phaseOrder.map((phase) => (
              <PhaseSection key={phase} phase={phase} progress={progress} onSelect={showStep} />
            ))}
          </div>
          {isWide && log && <div>{log}</div>}
        </div>
      </div>
    </Around>
  );
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
  const { state, failure, case: document, stale } = progress;
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
  const fresh = document?.steps.filter((step) => !stale?.includes(stepKey(step))) ?? [];
  return state === 'canceled' ? null : <VerdictPending steps={fresh} onSelect={onSelect} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  // The browser's own way to hold the page still would do it a second time.
  view: css({ overflowAnchor: 'none' }),
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(220px, 260px) minmax(0, 1fr)',
    gap: theme.spacing(3),
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  threeColumns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(220px, 260px) minmax(0, 1fr) minmax(280px, 340px)',
    gap: theme.spacing(3),
  }),
  checklist: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
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
