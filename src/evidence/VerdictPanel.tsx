import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, useStyles2, type BadgeColor } from '@grafana/ui';
import type { Level, StepResult, Verdict, Window } from '../api/case.gen';
import { allWithMoments, withMoments } from '../format/moments';
import { Chain } from './Chain';
import { CopyButton } from './CopyButton';
import { Doubts } from './Doubts';
import { NextCommands } from './NextCommands';
import { SentenceList } from './SentenceList';
import { Timeline } from './Timeline';

interface Props {
  verdict: Verdict;
  /** of the case, and the time it looked at: with them the chain is drawn over time too */
  steps?: StepResult[];
  window?: Window;
  /** Called with the key of the step that a person wants to see. */
  onSelect: (key: string) => void;
}

/** What the investigation thinks happened, how sure it is and why, in the order of time, and what it could not see. */
export function VerdictPanel({ verdict, steps, window, onSelect }: Props) {
  const styles = useStyles2(getStyles, verdict.level);
  const [best] = verdict.candidates;
  const owner = verdict.level === 'no clear cause' ? undefined : best?.owner;
  return (
    <section className={styles.panel} aria-label={t('evidence.verdict.label', 'Verdict')}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          <LevelBadge level={verdict.level} /> {withMoments(verdict.statement, verdict.statementMoments)}
        </h2>
        <CopyButton text={withMoments(verdict.sentence, verdict.moments)} />
      </div>
      {owner && (
        <div>
          {t('evidence.verdict.owner', 'Owner of {{service}}: {{owner}}', {
            service: best?.service,
            owner,
            interpolation: { escapeValue: false },
          })}
        </div>
      )}
      <div className={styles.columns}>
        <div className={styles.chain}>
          <SentenceList
            title={t('evidence.verdict.because', 'Evidence')}
            sentences={allWithMoments(best?.because ?? [], best?.moments)}
          />
          <Doubts verdict={verdict} />
          {steps && <NextCommands steps={steps} onSelect={onSelect} />}
        </div>
        <div className={styles.chain}>
          <Chain links={verdict.chain} onSelect={onSelect} />
          {steps && window && verdict.chain.length > 1 && (
            <Timeline links={verdict.chain} steps={steps} window={window} onSelect={onSelect} />
          )}
        </div>
      </div>
      <SentenceList
        isWarning
        title={t('evidence.verdict.unchecked', 'Could not be checked')}
        sentences={verdict.unchecked}
      />
    </section>
  );
}

function LevelBadge({ level }: { level: Level }) {
  const looks: Record<Level, { text: string; color: BadgeColor }> = {
    likely: { text: t('evidence.verdict.likely', 'LIKELY'), color: 'red' },
    possible: { text: t('evidence.verdict.possible', 'POSSIBLE'), color: 'orange' },
    'no clear cause': { text: t('evidence.verdict.none', 'NO CLEAR CAUSE'), color: 'blue' },
  };
  return <Badge {...looks[level]} />;
}

const getStyles = (theme: GrafanaTheme2, level: Level) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(2),
    marginBottom: theme.spacing(3),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderLeft: `${theme.spacing(0.75)} solid ${borderOf(theme, level)}`,
    borderRadius: theme.shape.radius.default,
  }),
  head: css({ display: 'flex', alignItems: 'start', justifyContent: 'space-between', gap: theme.spacing(1) }),
  chain: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  title: css({ ...theme.typography.h3, margin: 0, overflowWrap: 'anywhere' }),
  columns: css({
    display: 'grid',
    // Beside each other where there is room for both, wherever the verdict stands.
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
    gap: theme.spacing(2, 4),
  }),
});

function borderOf(theme: GrafanaTheme2, level: Level): string {
  const colors = { likely: theme.colors.error, possible: theme.colors.warning, 'no clear cause': theme.colors.info };
  return colors[level].border;
}
