import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { SavedCase } from '../api/case.gen';
import { FactsProvider } from '../evidence/factsContext';
import { VerdictPanel } from '../evidence/VerdictPanel';
import { phaseOrder } from '../phases/phases';
import { PhaseSection } from '../phases/PhaseSection';
import { stepCardId } from '../phases/StepCard';
import { FollowedLog } from './CaseLog';
import { useCase } from './useCase';

/** A saved case: what was found, frozen, and its log beside it. */
export function CasePage({ ds, id }: { ds: string; id: string }) {
  const styles = useStyles2(getStyles);
  const followed = useCase(ds, id);
  return (
    <div className={styles.columns}>
      <main>{followed.saved ? <Findings saved={followed.saved} /> : null}</main>
      <FollowedLog ds={ds} id={id} followed={followed} />
    </div>
  );
}

function Findings({ saved: { case: found } }: { saved: SavedCase }) {
  const plan = found.steps.map(({ phase, id, title }) => ({ phase, id, title }));
  const progress = { state: 'done' as const, plan, case: found };
  return (
    <FactsProvider value={found.facts}>
      <VerdictPanel verdict={found.verdict} onSelect={showStep} />
      {phaseOrder.map((phase) => (
        <PhaseSection key={phase} phase={phase} progress={progress} onSelect={showStep} />
      ))}
    </FactsProvider>
  );
}

function showStep(key: string) {
  document.getElementById(stepCardId(key))?.scrollIntoView({ block: 'start' });
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(260px, 360px)',
    gap: theme.spacing(3),
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
