import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Severity, StepResult } from '../api/case.gen';
import { isOver, stepKey, type Progress } from '../api/progress';
import { formatMoment } from '../format/formatInterval';
import { formatValue } from '../format/formatValue';
import { worstOf } from './phases';

interface Props {
  progress: Progress;
  /** Called with the key of the step that a person wants to see. */
  onSelect: (key: string) => void;
}

/** How bad it is and since when, in one line: the numbers that every incident is talked about with. */
export function KeyNumbers({ progress, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const { onset } = progress.case?.facts ?? {};
  const steps = [
    { key: 'impact/error-rate', name: t('phases.key.errors', 'Errors') },
    { key: 'impact/latency', name: t('phases.key.latency', 'Latency (p99)') },
    { key: 'impact/request-rate', name: t('phases.key.requests', 'Requests') },
  ];
  return (
    <div className={styles.row} role="group" aria-label={t('phases.key.label', 'Key numbers')}>
      {steps.map(({ key, name }) => (
        <Tile key={key} name={name} {...tileOf(key, progress)} onSelect={() => onSelect(key)} />
      ))}
      <Tile
        name={t('phases.key.since', 'Since')}
        text={
          onset
            ? formatMoment(middleOf(onset), progress.case?.window.to ?? middleOf(onset))
            : pendingText('impact/onset', progress)
        }
        context={onset && lengthOf(middleOf(onset), progress.case?.window.to)}
        onSelect={onset && (() => onSelect('impact/onset'))}
      />
    </div>
  );
}

interface TileProps {
  name: string;
  text: string;
  /** what it is normally */
  context?: string;
  severity?: Severity;
  /** absent while there is nothing to see */
  onSelect?: () => void;
}

function Tile({ name, text, context, severity, onSelect }: TileProps) {
  const styles = useStyles2(getStyles);
  return (
    <button type="button" className={styles.tile} disabled={!onSelect || text === '…'} onClick={onSelect}>
      <span className={styles.context}>{name}</span>
      <span className={severity === 'critical' ? styles.critical : styles.number}>{text}</span>
      <span className={styles.context}>{context ?? '\u00a0'}</span>
    </button>
  );
}

function tileOf(key: string, progress: Progress): Pick<TileProps, 'text' | 'context' | 'severity'> {
  const result = progress.case?.steps.find((step) => stepKey(step) === key);
  const value = result?.findings[0]?.values[0];
  if (!value) {
    return { text: pendingText(key, progress) };
  }
  const { baseline, unit } = value;
  return {
    text: formatValue(value.value, unit),
    context:
      baseline === undefined
        ? undefined
        : t('evidence.normally', 'normally {{normal}}', {
            normal: formatValue(baseline, unit),
            interpolation: { escapeValue: false },
          }),
    severity: worstOf(result),
  };
}

/** What stands in the place of a number that is not there: it is still to come, or nobody could look, or there is none. */
function pendingText(key: string, progress: Progress): string {
  const result: StepResult | undefined = progress.case?.steps.find((step) => stepKey(step) === key);
  if (result?.outcome === 'not checked') {
    return t('phases.state.not-checked', 'not checked');
  }
  return result || isOver(progress) ? '–' : '…';
}

function middleOf({ earliest, latest }: { earliest: string; latest: string }): number {
  return (Date.parse(earliest) + Date.parse(latest)) / 2;
}

function lengthOf(began: number, end: string | undefined): string | undefined {
  const minutes = end ? Math.round((Date.parse(end) - began) / 60_000) : -1;
  return minutes < 0 ? undefined : t('phases.key.length', 'for {{minutes}} min', { minutes });
}

const getStyles = (theme: GrafanaTheme2) => {
  const number = {
    ...theme.typography.h3,
    lineHeight: 1.3,
    margin: 0,
    fontVariantNumeric: 'tabular-nums',
    // A moment of another day is written with its date, which a phone has no room for on one line.
    overflowWrap: 'anywhere' as const,
  };
  return {
    row: css({
      display: 'grid',
      gridTemplateColumns: 'repeat(4, minmax(0, 1fr))',
      gap: theme.spacing(1),
      marginBottom: theme.spacing(2),
      [theme.breakpoints.down('md')]: { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
    }),
    tile: css({
      display: 'flex',
      flexDirection: 'column',
      padding: theme.spacing(1, 2),
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.background.secondary,
      textAlign: 'left',
      '&:hover:enabled': { background: theme.colors.action.hover },
    }),
    number: css(number),
    critical: css({ ...number, color: theme.colors.error.text }),
    context: css({
      ...theme.typography.bodySmall,
      color: theme.colors.text.secondary,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    }),
  };
};
