import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, IconButton, useStyles2 } from '@grafana/ui';
import type { Span, Trace } from '../../api/case.gen';
import { formatSpan } from '../../format/formatDuration';
import { useFacts } from '../factsContext';
import { useSelection } from '../selectionContext';
import { PinButton } from '../PinButton';
import { linesOfSpan } from '../spanLines';
import { SpanDetails } from './SpanDetails';
import type { PlacedSpan } from './spanTree';

interface Props {
  span: Span;
  trace: Trace;
  placed: PlacedSpan[];
  onClose: () => void;
}

/** What the chosen span says, with the way to its log lines. */
export function SpanPanel({ span, trace, placed, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const place = placed.find((other) => other.span === span);
  const begins = place ? place.start * trace.duration : 0;
  return (
    <aside
      className={styles.panel}
      aria-label={t('evidence.span.label', 'Span {{name}}', { name: span.name, interpolation: { escapeValue: false } })}
    >
      <header className={styles.head}>
        <div>
          <div className={styles.service}>{span.service}</div>
          <strong className={styles.name}>{span.name}</strong>
          <div className={styles.service}>
            {t('evidence.span.when', '{{duration}}, starts after {{after}}', {
              duration: formatSpan(span.duration),
              after: formatSpan(begins),
            })}
          </div>
        </div>
        <PinButton
          id={`span/${span.id}`}
          sentence={`${span.service} ${span.name}: ${formatSpan(span.duration)}`}
          at={span.start}
        />
        <IconButton name="times" tooltip={t('evidence.span.close', 'Close')} onClick={onClose} />
      </header>
      <LinesButton span={span} trace={trace} />
      <SpanDetails span={span} />
    </aside>
  );
}

function LinesButton({ span, trace }: { span: Span; trace: Trace }) {
  const { traceLines, linesStep } = useFacts();
  const { select } = useSelection();
  if (!traceLines || !linesStep) {
    return null;
  }
  const count = linesOfSpan(traceLines.lines, span, trace).lines.length;
  return (
    <div>
      <Button
        size="sm"
        variant="secondary"
        icon="gf-logs"
        disabled={count === 0}
        onClick={() => select({ step: linesStep, trace: trace.id, span: span.id })}
      >
        {count === 0 ? (
          <Trans i18nKey="evidence.span.no-lines">No logs for this span</Trans>
        ) : (
          t('evidence.span.lines', 'Logs of this span ({{count}})', { count })
        )}
      </Button>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    maxHeight: '500px',
    overflow: 'auto',
    padding: theme.spacing(1, 1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  head: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(1) }),
  service: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
  name: css({ overflowWrap: 'anywhere' }),
});
