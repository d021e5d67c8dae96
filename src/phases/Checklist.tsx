import { useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import type { Phase, StepResult } from '../api/case.gen';
import type { Progress } from '../api/progress';
import { measuredOf } from '../evidence/measured';
import { formatValue } from '../format/formatValue';
import { PhaseClock } from './PhaseClock';
import { isQuiet, phaseOrder, phaseTitle, stepsOf, toCome, worstOf, type ChecklistStep } from './phases';
import { StepStateLabel } from './StepStateLabel';
import { StepWork } from './StepWork';

interface Props {
  progress: Progress;
  /** Called with the key of the step that a person wants to see. */
  onSelect: (key: string) => void;
  onSelectPhase: (phase: Phase) => void;
}

/** The five phases with their steps and what became of each. On a phone it is folded until somebody opens it. */
export function Checklist({ progress, onSelect, onSelectPhase }: Props) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(false);
  return (
    <nav aria-label={t('phases.checklist.label', 'Phases')}>
      <Button
        className={styles.fold}
        variant="secondary"
        size="sm"
        icon={isOpen ? 'angle-up' : 'angle-down'}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {summaryOf(progress)}
      </Button>
      <div className={cx(styles.list, !isOpen && styles.folded)}>
        {phaseOrder.map((phase, index) => (
          <section key={phase}>
            <div className={styles.head}>
              <h3 className={styles.phase}>
                <button
                  type="button"
                  className={styles.jump}
                  disabled={!stepsOf(phase, progress).some(({ result }) => result)}
                  onClick={() => onSelectPhase(phase)}
                >
                  {`${index + 1} ${phaseTitle(phase).name}`}
                </button>
              </h3>
              <PhaseClock phase={phase} progress={progress} />
            </div>
            <ul className={styles.steps}>
              <Entries steps={stepsOf(phase, progress)} progress={progress} onSelect={onSelect} />
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}

interface EntriesProps extends Pick<Props, 'progress' | 'onSelect'> {
  steps: ChecklistStep[];
}

function Entries({ steps, progress, onSelect }: EntriesProps) {
  const isWhole = toCome(steps, progress).length === 0;
  return steps.map((step) => (
    // What is quiet stands on the page once its phase is whole.
    <ChecklistEntry
      key={step.key}
      step={step}
      isShown={step.result !== undefined && (isWhole || !isQuiet(step.result))}
      onSelect={onSelect}
    />
  ));
}

interface EntryProps extends Pick<Props, 'onSelect'> {
  step: ChecklistStep;
  /** It has a place on the page to go to. */
  isShown: boolean;
}

function ChecklistEntry({ step, isShown, onSelect }: EntryProps) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.entry}>
      <button type="button" className={styles.step} disabled={!isShown} onClick={() => onSelect(step.key)}>
        <span className={cx(styles.what, step.result && isQuiet(step.result) && styles.quiet)}>{step.title}</span>
        <span className={styles.state}>
          <StepStateLabel state={step.state} severity={step.result && worstOf(step.result)} isBrief />
        </span>
        <span className={styles.number}>{numberOf(step.result)}</span>
      </button>
      {step.result && <StepWork step={step.key} title={step.title} />}
    </li>
  );
}

/** The number that says most about a step, where it has one that is out of the ordinary. */
function numberOf(result: StepResult | undefined): string {
  const [first] = result?.findings.flatMap((finding) => measuredOf(finding).single) ?? [];
  return first ? formatValue(first.value, first.unit) : '';
}

function summaryOf(progress: Progress): string {
  return t('phases.checklist.summary', 'Checklist: {{ended}} of {{planned}} steps', {
    ended: (progress.case?.steps.length ?? 0) - (progress.stale?.length ?? 0),
    planned: progress.plan.length,
  });
}

const getStyles = (theme: GrafanaTheme2) => {
  const bare = { border: 'none', background: 'none', textAlign: 'left' as const };
  return {
    fold: css({ [theme.breakpoints.up('md')]: { display: 'none' } }),
    folded: css({ [theme.breakpoints.down('md')]: { display: 'none' } }),
    list: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1.5),
      [theme.breakpoints.down('md')]: { marginTop: theme.spacing(1) },
    }),
    head: css({
      display: 'flex',
      justifyContent: 'space-between',
      alignItems: 'baseline',
      padding: theme.spacing(0, 1),
    }),
    phase: css({ ...theme.typography.h6, margin: 0 }),
    jump: css({ ...bare, padding: 0, font: 'inherit', '&:hover:enabled': { textDecoration: 'underline' } }),
    steps: css({ listStyle: 'none', margin: 0, padding: 0 }),
    entry: css({ position: 'relative' }),
    what: css({ flexGrow: 1 }),
    quiet: css({ color: theme.colors.text.secondary }),
    // Read after the title, seen before it.
    state: css({ order: -1 }),
    number: css({ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }),
    step: css({
      ...bare,
      ...theme.typography.bodySmall,
      display: 'flex',
      alignItems: 'baseline',
      gap: theme.spacing(1),
      width: '100%',
      padding: theme.spacing(0.25, 1),
      borderRadius: theme.shape.radius.default,
      '&:hover:enabled': { background: theme.colors.action.hover },
      '&:disabled': { color: theme.colors.text.secondary },
    }),
  };
};
