import { memo } from 'react';
import { t, Trans } from '@grafana/i18n';
import { Icon } from '@grafana/ui';
import { formatSpan } from '../../format/formatDuration';
import type { RowStyles } from './rowStyles';
import type { PlacedSpan } from './spanTree';
import { place, type Zoom } from './zoom';

interface Props {
  id: string;
  styles: RowStyles;
  placed: PlacedSpan;
  height: number; // px
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
  const { id, styles, placed, height, zoom, isNarrow, isActive, isChosen, isFaint, isFolded } = props;
  const { span, depth, start, length, descendants, isCulprit, isCritical } = placed;
  const left = clamp(place(start, zoom));
  const right = clamp(place(start + length, zoom));
  const isInSight = place(start + length, zoom) >= 0 && place(start, zoom) <= 1;
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree around has the keys for all its rows
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={isChosen}
      aria-expanded={descendants > 0 ? !isFolded : undefined}
      className={styles.row}
      data-narrow={isNarrow}
      data-active={isActive}
      data-faint={isFaint}
      style={{ height }}
      onClick={props.onChoose}
    >
      <span className={styles.name} style={{ paddingLeft: Math.min(depth, maxIndent) * indent }}>
        <Folder styles={styles} descendants={descendants} isFolded={isFolded} onFold={props.onFold} />
        <span className={styles.service}>{span.service}</span> <span className={styles.what}>{span.name}</span>
        <Marks styles={styles} placed={placed} />
      </span>
      <span className={styles.track} aria-hidden>
        {isInSight && (
          <span
            className={styles.bar}
            data-critical={isCritical}
            data-failed={span.failed}
            data-culprit={isCulprit}
            style={{ left: percent(left), width: percent(right - left) }}
          />
        )}
      </span>
      <span className={styles.duration}>{formatSpan(span.duration)}</span>
    </div>
  );
});

interface FolderProps extends Pick<Props, 'styles' | 'isFolded' | 'onFold'> {
  descendants: number;
}

function Folder({ styles, descendants, isFolded, onFold }: FolderProps) {
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

function Marks({ styles, placed: { span, isCulprit, isCritical } }: Pick<Props, 'styles' | 'placed'>) {
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
