import { memo } from 'react';
import { cx } from '@emotion/css';
import { t, Trans } from '@grafana/i18n';
import { Icon, useStyles2 } from '@grafana/ui';
import { formatMilliseconds } from '../../format/formatDuration';
import { getRowStyles } from './rowStyles';
import type { PlacedSpan } from './spanTree';
import { place, type Zoom } from './zoom';

interface Props {
  id: string;
  placed: PlacedSpan;
  /** px from the top of the list */
  top: number;
  height: number;
  zoom: Zoom;
  isNarrow: boolean;
  isActive: boolean;
  isChosen: boolean;
  /** The search does not find it. */
  isFaint: boolean;
  isFolded: boolean;
  onFold: (isFolded: boolean) => void;
  onChoose: () => void;
}

const indent = 12; // px
const maxIndent = 10; // levels

/** One span: whose it is, what it is called, when it was, how long it took. */
export const SpanRow = memo(function SpanRow(props: Props) {
  const { id, placed, top, height, zoom, isNarrow, isActive, isChosen, isFaint, isFolded, onFold, onChoose } = props;
  const styles = useStyles2(getRowStyles);
  const { span, depth, start, length, descendants, isCulprit, isCritical } = placed;
  const left = clamp(place(start, zoom));
  const right = clamp(place(start + length, zoom));
  const isInSight = place(start + length, zoom) >= 0 && place(start, zoom) <= 1;
  const bar = cx(styles.bar, isCritical && styles.critical, span.failed && styles.failed, isCulprit && styles.culprit);
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree around has the keys for all its rows
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={isChosen}
      aria-expanded={descendants > 0 ? !isFolded : undefined}
      className={cx(
        styles.row,
        isNarrow && styles.narrow,
        isActive && styles.active,
        isChosen && styles.chosen,
        isFaint && styles.faint
      )}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={onChoose}
    >
      <span className={styles.name} style={{ paddingLeft: Math.min(depth, maxIndent) * indent }}>
        <Folder descendants={descendants} isFolded={isFolded} onFold={onFold} />
        <span className={styles.service}>{span.service}</span> <span className={styles.what}>{span.name}</span>
        <Marks placed={placed} />
      </span>
      <span className={styles.track} aria-hidden>
        {isInSight && <span className={bar} style={{ left: percent(left), width: percent(right - left) }} />}
      </span>
      <span className={styles.duration}>{formatMilliseconds(span.duration / 1e6)}</span>
    </div>
  );
});

function Folder({ descendants, isFolded, onFold }: Pick<Props, 'isFolded' | 'onFold'> & { descendants: number }) {
  const styles = useStyles2(getRowStyles);
  if (descendants === 0) {
    return <span className={styles.folder} />;
  }
  return (
    // The keys of the tree fold too; this is for the pointer alone.
    <button
      type="button"
      tabIndex={-1}
      aria-hidden
      className={styles.folder}
      onClick={(event) => {
        event.stopPropagation();
        onFold(!isFolded);
      }}
    >
      <Icon name={isFolded ? 'angle-right' : 'angle-down'} size="sm" />
      {isFolded && <span className={styles.count}>{descendants}</span>}
    </button>
  );
}

function Marks({ placed: { span, isCulprit, isCritical } }: { placed: PlacedSpan }) {
  const styles = useStyles2(getRowStyles);
  return (
    <>
      {isCulprit && <span className={styles.culpritMark}>{t('evidence.trace.culprit', 'CULPRIT')}</span>}
      {span.failed && !isCulprit && <span className={styles.failedMark}>{t('evidence.trace.failed', 'failed')}</span>}
      {isCritical && (
        <span className={styles.unseen}>
          <Trans i18nKey="evidence.trace.critical">on the critical path</Trans>
        </span>
      )}
    </>
  );
}

const percent = (share: number) => `${share * 100}%`;
const clamp = (share: number) => Math.min(1, Math.max(0, share));
