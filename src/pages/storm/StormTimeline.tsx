import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Storm } from '../../api/storms';
import { formatMoment } from '../../format/formatInterval';
import { beganOf, byId, explainedBy, isKnown } from './alerts';
import { StormSection } from './StormSection';

interface Lane {
  key: string;
  name: string;
  /** within which time the cause began, ms since 1970; undefined for a lane without one */
  cause?: { from: number; to: number };
  /** when alerts began, with how many did */
  alerts: Array<{ time: number; names: string[] }>;
}

/** All on one axis of time: when each cause began, and when the alerts did. */
export function StormTimeline({ storm }: { storm: Storm }) {
  const styles = useStyles2(getStyles);
  const lanes = lanesOf(storm).filter(({ alerts, cause }) => alerts.length > 0 || cause);
  const end = Date.parse(storm.at);
  const times = lanes.flatMap(({ alerts, cause }) => [
    ...alerts.map(({ time }) => time),
    ...(cause ? [cause.from] : []),
  ]);
  if (times.length === 0) {
    return null;
  }
  const begin = Math.min(...times, end - 10 * 60_000);
  const shareOf = (time: number) => `${(100 * (time - begin)) / Math.max(1, end - begin)}%`;
  return (
    <StormSection title={t('storm.timeline.title', 'Timeline')}>
      <div className={styles.timeline}>
        {lanes.map((lane) => (
          <div key={lane.key} className={styles.lane}>
            <span className={styles.name} title={lane.name}>
              {lane.name}
            </span>
            <ol className={styles.track}>
              {lane.cause && (
                <li
                  className={styles.cause}
                  style={{ left: shareOf(lane.cause.from), right: `calc(100% - ${shareOf(lane.cause.to)})` }}
                  aria-label={causeLabel(lane.cause, end)}
                  title={causeLabel(lane.cause, end)}
                />
              )}
              {lane.alerts.map(({ time, names }) => (
                <li
                  key={time}
                  className={styles.alerts}
                  style={{ left: shareOf(time) }}
                  title={labelOf(time, names, end)}
                >
                  <span aria-label={labelOf(time, names, end)}>{names.length}</span>
                </li>
              ))}
            </ol>
          </div>
        ))}
        <div className={styles.lane} aria-hidden>
          <span />
          <span className={styles.ticks}>
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <span key={share}>{formatMoment(begin + share * (end - begin), end).slice(0, -3)}</span>
            ))}
          </span>
        </div>
      </div>
    </StormSection>
  );
}

function causeLabel({ from, to }: { from: number; to: number }, end: number): string {
  return t('storm.timeline.cause', 'The cause began between {{from}} and {{to}}', {
    from: formatMoment(from, end),
    to: formatMoment(to, end),
  });
}

function labelOf(time: number, names: string[], end: number): string {
  return t('storm.timeline.alerts', '{{time}}: {{names}}', {
    time: formatMoment(time, end),
    names: names.join(', '),
    interpolation: { escapeValue: false },
  });
}

function lanesOf(storm: Storm): Lane[] {
  const known = byId(storm);
  const lane = (key: string, name: string, ids: string[], cause?: Lane['cause']): Lane => {
    const times = new Map<number, string[]>();
    for (const id of ids) {
      const alert = known.get(id);
      const began = alert ? beganOf(alert) : NaN;
      if (alert && !Number.isNaN(began)) {
        times.set(began, [
          ...(times.get(began) ?? []),
          [alert.name, alert.subject.service].filter(Boolean).join(' · '),
        ]);
      }
    }
    return {
      key,
      name,
      cause,
      alerts: [...times].map(([time, names]) => ({ time, names })).sort((a, b) => a.time - b.time),
    };
  };
  return [
    ...storm.causes.map(({ id, service, began }) =>
      lane(
        id,
        service,
        explainedBy(storm, id).map(({ alert }) => alert.id),
        isKnown(began.from) ? { from: Date.parse(began.from), to: Date.parse(began.to) } : undefined
      )
    ),
    lane(
      'unexplained',
      t('storm.unexplained', 'Not explained'),
      storm.unexplained.map(({ alert }) => alert)
    ),
    lane(
      'unplaced',
      t('storm.unplaced', 'Not on the call graph'),
      storm.unplaced.map(({ alert }) => alert)
    ),
  ];
}

const getStyles = (theme: GrafanaTheme2) => {
  const mark = { position: 'absolute' as const, top: '50%', transform: 'translate(-50%, -50%)' };
  return {
    timeline: css({ ...theme.typography.bodySmall, paddingRight: theme.spacing(2) }),
    lane: css({
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 25%) minmax(0, 1fr)',
      gap: theme.spacing(2),
      alignItems: 'center',
      minHeight: theme.spacing(3.5),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    }),
    name: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    track: css({ listStyle: 'none', position: 'relative', height: theme.spacing(3), margin: 0, padding: 0 }),
    cause: css({
      position: 'absolute',
      top: 0,
      bottom: 0,
      minWidth: 2,
      background: theme.colors.error.transparent,
      borderLeft: `2px solid ${theme.colors.error.border}`,
    }),
    alerts: css({
      ...mark,
      minWidth: theme.spacing(2.25),
      padding: theme.spacing(0, 0.5),
      borderRadius: theme.shape.radius.pill,
      background: theme.colors.text.primary,
      color: theme.colors.background.primary,
      textAlign: 'center',
      fontSize: '11px',
      fontWeight: theme.typography.fontWeightBold,
    }),
    ticks: css({
      display: 'flex',
      justifyContent: 'space-between',
      fontVariantNumeric: 'tabular-nums',
      color: theme.colors.text.secondary,
    }),
  };
};
