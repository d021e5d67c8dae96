import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Link, StepResult, Window } from '../api/case.gen';
import { withMoments } from '../format/moments';
import { useFacts } from './factsContext';
import { lanesOf, spanOf, type Lane, type Moment } from './lanes';
import { useMoment } from './useMoment';

interface Props {
  links: Link[];
  steps: StepResult[];
  window: Window;
  onSelect: (key: string) => void;
}

/** The chain on one axis of time: a lane for each thing that was looked at, the onset across all of them. */
export function Timeline({ links, steps, window, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const { onset } = useFacts();
  const moment = useMoment();
  const lanes = lanesOf(links, steps);
  const range = spanOf(links, window);
  const shareOf = (time: string) => (Date.parse(time) - range.from) / (range.to - range.from);
  return (
    <div
      className={styles.timeline}
      role="group"
      aria-label={t('evidence.timeline.label', 'Timeline of {{count}} events from {{from}} to {{to}}', {
        count: links.length,
        from: moment(range.from),
        to: moment(range.to),
      })}
    >
      {lanes.map((lane) => (
        <LaneRow key={lane.step} lane={lane} shareOf={shareOf} onSelect={onSelect} />
      ))}
      <div className={styles.axis}>
        <span />
        <span className={styles.ticks}>
          {[0, 0.25, 0.5, 0.75, 1].map((share) => (
            <span key={share}>{moment(range.from + share * (range.to - range.from)).slice(0, -3)}</span>
          ))}
        </span>
      </div>
      {onset && (
        <div className={styles.overlay}>
          <span />
          <span className={styles.marks}>
            <span
              className={styles.onset}
              style={{ left: `${((shareOf(onset.earliest) + shareOf(onset.latest)) / 2) * 100}%` }}
            />
          </span>
        </div>
      )}
    </div>
  );
}

interface LaneProps {
  lane: Lane;
  shareOf: (time: string) => number;
  onSelect: (key: string) => void;
}

function LaneRow({ lane, shareOf, onSelect }: LaneProps) {
  const moment = useMoment();
  const styles = useStyles2(getStyles);
  const dot = ({ link, number }: Moment) => (
    // The list of events has the same buttons for keyboards and screen readers.
    <button
      key={number}
      type="button"
      tabIndex={-1}
      aria-hidden
      title={[moment(link.at), withMoments(link.sentence, link.moments)].join(' ')}
      className={styles.dot}
      style={{ left: `${shareOf(link.at) * 100}%` }}
      onClick={() => onSelect(link.step)}
    >
      {number}
    </button>
  );
  return (
    <div className={styles.lane}>
      <span className={styles.name} title={lane.title}>
        {lane.title} <span className={styles.signal}>{lane.signal}</span>
      </span>
      <span className={styles.track}>{lane.moments.map(dot)}</span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const columns = 'minmax(0, 38%) minmax(0, 1fr)';
  const row = { display: 'grid', gridTemplateColumns: columns, gap: theme.spacing(1.5), alignItems: 'center' };
  return {
    timeline: css({ ...theme.typography.bodySmall, position: 'relative', paddingRight: theme.spacing(1.5) }),
    lane: css({ ...row, minHeight: theme.spacing(3), borderBottom: `1px solid ${theme.colors.border.weak}` }),
    name: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    // On a phone there is no room for both, and what was looked at says more.
    signal: css({ color: theme.colors.text.secondary, [theme.breakpoints.down('md')]: { display: 'none' } }),
    track: css({ position: 'relative', height: theme.spacing(3) }),
    dot: css({
      position: 'absolute',
      top: '50%',
      transform: 'translate(-50%, -50%)',
      width: theme.spacing(2.25),
      height: theme.spacing(2.25),
      padding: 0,
      border: `2px solid ${theme.colors.background.secondary}`,
      borderRadius: theme.shape.radius.circle,
      background: theme.colors.text.primary,
      color: theme.colors.background.primary,
      fontSize: '10px',
      fontWeight: theme.typography.fontWeightBold,
      lineHeight: 1,
      '&:hover': { zIndex: 1, background: theme.colors.text.link },
    }),
    axis: css({ ...row, color: theme.colors.text.secondary }),
    ticks: css({
      display: 'flex',
      justifyContent: 'space-between',
      fontVariantNumeric: 'tabular-nums',
      [theme.breakpoints.down('md')]: { '> :nth-child(even)': { display: 'none' } },
    }),
    overlay: css({ ...row, position: 'absolute', inset: 0, pointerEvents: 'none', paddingRight: theme.spacing(1.5) }),
    marks: css({ position: 'relative', height: '100%' }),
    onset: css({
      position: 'absolute',
      top: 0,
      bottom: theme.spacing(2.5),
      borderLeft: `1px dashed ${theme.colors.error.border}`,
    }),
  };
};
