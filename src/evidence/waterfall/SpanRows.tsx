import { useEffect, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useStyles2 } from '@grafana/ui';
import { getRowStyles } from './rowStyles';
import { SpanRow } from './SpanRow';
import { useSpanKeys } from './useSpanKeys';
import type { WaterfallState } from './useWaterfall';

interface Props {
  /** what the rows are of, for those who do not see them */
  label: string;
  waterfall: WaterfallState;
  /** id of the span whose details are open */
  chosen: string | undefined;
  onChoose: (id: string) => void;
  /** There is no room for names beside bars. */
  isNarrow: boolean;
}

const rowHeight = 28; // px
const narrowRowHeight = 44;
const tallest = 420;
const overscan = 6; // rows

/** The spans as rows. Only those in sight are in the document, so that a trace may have any number. */
export function SpanRows({ label, waterfall, chosen, onChoose, isNarrow }: Props) {
  const styles = useStyles2(getRowStyles);
  const { rows, folded, fold, found, zoom } = waterfall;
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const size = isNarrow ? narrowRowHeight : rowHeight;
  // eslint-disable-next-line react-hooks/incompatible-library -- rows are few, and drawn anew with every scroll anyhow
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => size,
    overscan,
    initialRect: { width: 800, height: tallest }, // until it has been laid out
  });
  useEffect(() => virtual.measure(), [virtual, size]);
  const goTo = (index: number) => {
    const within = Math.min(rows.length - 1, Math.max(0, index));
    setActive(within);
    virtual.scrollToIndex(within);
  };
  useEffect(() => {
    const index = chosen ? rows.findIndex(({ span }) => span.id === chosen) : -1;
    if (index >= 0) {
      goTo(index);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a span is brought into sight when it is chosen, and not again
  }, [chosen, rows.length]);
  const onKeyDown = useSpanKeys({ waterfall, active, goTo, onChoose });
  const matches = found.length > 0 ? new Set(found) : undefined;
  const inSight = virtual.getVirtualItems();
  const idOf = (index: number) => `${label}-${rows[index]?.span.id ?? ''}`;
  return (
    <div
      ref={list}
      className={styles.list}
      style={{ height: Math.min(tallest, rows.length * size) }}
      role="tree"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={rows[active] && idOf(active)}
      onKeyDown={onKeyDown}
    >
      <div role="none" style={{ height: virtual.getTotalSize() }}>
        {/* The rows are moved together: Chromium takes longer to style each the more places rows have stood at one by one. */}
        <div role="none" style={{ transform: `translateY(${inSight[0]?.start ?? 0}px)` }}>
          {inSight.map(({ index }, position) => {
            const placed = rows[index];
            return (
              placed && (
                <SpanRow
                  // What has left the sight makes room for what comes into it, without being built anew.
                  key={position}
                  id={idOf(index)}
                  styles={styles}
                  placed={placed}
                  height={size}
                  zoom={zoom}
                  isNarrow={isNarrow}
                  isActive={index === active}
                  isChosen={placed.span.id === chosen}
                  isFaint={matches ? !matches.has(placed.span.id) : false}
                  isFolded={folded.has(placed.span.id)}
                  onFold={(isFolded) => fold(placed.span.id, isFolded)}
                  onChoose={() => {
                    setActive(index);
                    onChoose(placed.span.id);
                  }}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
