import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { StepResult, Verdict } from '../api/case.gen';
import { stepKey } from '../api/progress';
import { CandidateList } from '../evidence/CandidateList';
import { StepKeyProvider } from '../evidence/caseWork';
import { FindingCard } from '../evidence/FindingCard';
import { HowWeKnow } from '../evidence/HowWeKnow';
import { NotChecked } from '../evidence/NotChecked';
import { worstOf } from './phases';
import { StepStateLabel } from './StepStateLabel';

/** The id of a step's card in the page, for jumping to it. */
export function stepCardId(key: string): string {
  return `faultline-step-${key.replace('/', '-')}`;
}

interface Props {
  step: StepResult;
  /** Titles of the steps that could not look because this one could not. */
  kept?: string[];
  /** It is of the run before, and is being looked at again. */
  isStale?: boolean;
  /** of the whole case, once it is known; a finding that only says it again gives way to its reasons */
  verdict?: Verdict;
}

/** What one step found, or that it found nothing unusual, or why it could not look. */
export function StepCard({ step, kept = [], isStale = false, verdict }: Props) {
  const styles = useStyles2(getStyles);
  const id = stepCardId(stepKey(step));
  return (
    <section
      id={id}
      tabIndex={-1}
      className={cx(styles.card, isStale && styles.stale)}
      data-readable
      aria-labelledby={`${id}-title`}
    >
      <header className={styles.header}>
        <h3 id={`${id}-title`} className={styles.title}>
          {step.title}
        </h3>
        {isStale ? (
          <span className={styles.before}>
            <Trans i18nKey="phases.step.stale">from the previous run</Trans>
          </span>
        ) : step.outcome === 'found' && step.findings.length > 0 ? null : (
          <StepStateLabel state={step.outcome} severity={worstOf(step)} />
        )}
      </header>
      {step.outcome === 'not checked' && <NotChecked reason={step.reason} advice={step.advice} kept={kept} />}
      <StepKeyProvider value={stepKey(step)}>
        {step.findings.map((finding, index) =>
          verdict && finding.restatesVerdict ? (
            <CandidateList key={index} verdict={verdict} />
          ) : (
            <FindingCard key={index} finding={finding} />
          )
        )}
      </StepKeyProvider>
      {step.notes?.map((note, index) => (
        <p key={index} className={styles.note}>
          {note}
        </p>
      ))}
      <HowWeKnow step={step} />
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5, 2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    scrollMarginTop: theme.spacing(10),
  }),
  stale: css({ opacity: 0.75 }),
  before: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
  header: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(1) }),
  note: css({ color: theme.colors.warning.text, margin: 0 }),
  title: css({ ...theme.typography.h6, color: theme.colors.text.secondary, margin: 0 }),
});
