import { useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Badge, Button, useStyles2 } from '@grafana/ui';
import type { Trace } from '../api/case.gen';
import { formatMilliseconds } from '../format/formatDuration';
import { useFacts } from './factsContext';
import { SpanDetails } from './SpanDetails';
import { mostTelling, placeSpans, type PlacedSpan } from './spans';

const shownAtFirst = 50;

/** A trace as bars over time. The culprit and the critical path are marked; a span opens to its attributes and events. */
export function Waterfall({ trace }: { trace: Trace }) {
  const styles = useStyles2(getStyles);
  const { culprit } = useFacts();
  const [all, setAll] = useState(false);
  const placed = placeSpans(trace, culprit);
  const shown = all ? placed : mostTelling(placed, shownAtFirst);
  return (
    <div>
      <ol className={styles.spans} aria-label={t('evidence.trace.label', 'Spans of trace {{id}}', { id: trace.id })}>
        {shown.map((span) => (
          <li key={span.span.id}>
            <SpanRow placed={span} />
          </li>
        ))}
      </ol>
      {shown.length < placed.length && (
        <Button fill="text" size="sm" onClick={() => setAll(true)}>
          <Trans i18nKey="evidence.trace.all" values={{ count: placed.length }}>
            Show all {'{{count}}'} spans
          </Trans>
        </Button>
      )}
      {placed.some(({ isCritical }) => isCritical) && (
        <p className={styles.legend}>
          <Trans i18nKey="evidence.trace.legend">
            Filled bars are the critical path: the request took as long as they did.
          </Trans>
        </p>
      )}
    </div>
  );
}

function SpanRow({ placed }: { placed: PlacedSpan }) {
  const styles = useStyles2(getStyles);
  const { span, depth, start, length, isCulprit, isCritical } = placed;
  const bar = cx(styles.bar, isCritical && styles.critical, isCulprit && styles.culprit);
  return (
    <details>
      <summary className={styles.row}>
        <span className={styles.name} style={{ paddingLeft: `${Math.min(depth, maxIndent) * indent}px` }}>
          <span className={styles.service}>{span.service}</span> {span.name} <Marks placed={placed} />
        </span>
        <span className={styles.track} aria-hidden>
          <span className={bar} style={{ left: percent(start), width: percent(length) }} />
        </span>
        <span className={styles.duration}>{formatMilliseconds(span.duration / 1e6)}</span>
      </summary>
      <SpanDetails span={span} />
    </details>
  );
}

function Marks({ placed: { span, isCulprit, isCritical } }: { placed: PlacedSpan }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {isCulprit && <Badge color="red" text={t('evidence.trace.culprit', 'CULPRIT')} />}
      {span.failed && !isCulprit && <Badge color="orange" text={t('evidence.trace.failed', 'failed')} />}
      {isCritical && (
        <span className={styles.unseen}>
          <Trans i18nKey="evidence.trace.critical">on the critical path</Trans>
        </span>
      )}
    </>
  );
}

const indent = 12; // px
const maxIndent = 8;

const percent = (share: number) => `${share * 100}%`;

const getStyles = (theme: GrafanaTheme2) => ({
  spans: css({ listStyle: 'none', margin: 0, padding: 0, ...theme.typography.bodySmall }),
  row: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 6fr) max-content',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
    [theme.breakpoints.down('sm')]: { gridTemplateColumns: 'minmax(0, 1fr) max-content' },
  }),
  name: css({ overflowWrap: 'anywhere' }),
  service: css({ color: theme.colors.text.secondary }),
  track: css({
    position: 'relative',
    height: theme.spacing(1.5),
    [theme.breakpoints.down('sm')]: { gridRow: 2, gridColumn: '1 / -1' },
  }),
  bar: css({
    position: 'absolute',
    top: 0,
    bottom: 0,
    minWidth: '2px',
    border: `1px solid ${theme.colors.text.secondary}`,
    borderRadius: theme.shape.radius.sm,
  }),
  critical: css({ background: theme.colors.text.secondary }),
  culprit: css({ background: theme.colors.error.main, borderColor: theme.colors.error.border }),
  duration: css({ minWidth: theme.spacing(8), textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  legend: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: theme.spacing(0.5, 0, 0) }),
  unseen: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
});
