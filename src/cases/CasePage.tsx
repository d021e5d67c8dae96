import { useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import type { SavedCase } from '../api/case.gen';
import { FactsProvider, knownOf } from '../evidence/factsContext';
import { SelectionProvider } from '../evidence/selectionContext';
import { VerdictPanel } from '../evidence/VerdictPanel';
import { Checklist } from '../phases/Checklist';
import { phaseOrder } from '../phases/phases';
import { PhaseSection } from '../phases/PhaseSection';
import { useSelected } from '../phases/useShowSelected';
import { nameOf, usePageNav } from '../links/pageNav';
import { CaseLog } from './CaseLog';
import { CaseTimeline } from './CaseTimeline';
import { captionOf, subjectOf } from './caseWords';
import { CaseWorkAround } from './CaseWorkAround';
import { useCase } from './useCase';

interface Props {
  ds: string;
  id: string;
  /** id of the entry that the address leads to */
  entry?: string;
}

/** A saved case: the checklist, what was found, frozen, and its log beside it. */
export function CasePage({ ds, id, entry }: Props) {
  const styles = useStyles2(getStyles);
  const followed = useCase(ds, id);
  const { saved, state } = followed;
  const title = t('cases.case', 'Case');
  const pageNav = usePageNav(saved ? `${title}: ${nameOf(saved.case.subject, saved.case.verdict)}` : title);
  return (
    <PluginPage
      pageNav={pageNav}
      renderTitle={() => <h1>{saved ? subjectOf(saved.case) : title}</h1>}
      subTitle={saved && state ? captionOf(saved.case, state) : id}
    >
      <CaseWorkAround followed={followed}>
        <div className={styles.columns}>
          {saved ? <Findings saved={saved} /> : null}
          <aside className={styles.log}>
            <CaseLog ds={ds} id={id} followed={followed} chosen={entry} isOwnPage />
          </aside>
        </div>
      </CaseWorkAround>
    </PluginPage>
  );
}

function Findings({ saved }: { saved: SavedCase }) {
  const styles = useStyles2(getStyles);
  const found = saved.case;
  const { chosen, showStep, showPhase } = useSelected(found.steps.length);
  const known = useMemo(() => knownOf(found), [found]);
  const plan = found.steps.map(({ phase, id, title }) => ({ phase, id, title }));
  const progress = { state: 'done' as const, plan, case: found };
  return (
    <SelectionProvider value={chosen}>
      <FactsProvider value={known}>
        <div>
          <Checklist progress={progress} onSelect={showStep} onSelectPhase={showPhase} />
        </div>
        <div className={styles.findings}>
          <VerdictPanel verdict={found.verdict} steps={found.steps} window={found.window} onSelect={showStep} />
          <CaseTimeline saved={saved} />
          {phaseOrder.map((phase) => (
            <PhaseSection key={phase} phase={phase} progress={progress} onSelect={showStep} />
          ))}
        </div>
      </FactsProvider>
    </SelectionProvider>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(220px, 280px) minmax(0, 1fr) minmax(260px, 340px)',
    gap: theme.spacing(3),
    // Where there is no room for three, the log stands below the checklist and not below everything.
    [theme.breakpoints.down('xxl')]: {
      gridTemplateColumns: 'minmax(260px, 320px) minmax(0, 1fr)',
      gridTemplateRows: 'auto 1fr',
      '> :nth-child(2)': { gridColumn: 2, gridRow: '1 / span 2' },
      '> aside': { gridColumn: 1 },
    },
    [theme.breakpoints.down('md')]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
      gridTemplateRows: 'none',
      '> :nth-child(2)': { gridColumn: 1, gridRow: 'auto' },
    },
  }),
  findings: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3) }),
  log: css({ minWidth: 0 }),
});
