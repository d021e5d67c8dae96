import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { formatSpan } from '../../format/formatDuration';
import { useWidth } from '../useWidth';
import type { PlacedSpan } from './spanTree';
import type { WaterfallState } from './useWaterfall';
import { between, whole, type Zoom } from './zoom';

const height = 48; // px

/** The whole trace in small. Dragging over it shows that part below; a click shows all of it again. */
export function Minimap({ waterfall, duration }: { waterfall: WaterfallState; duration: number }) {
  const styles = useStyles2(getStyles);
  const { placed, zoom, setZoom } = waterfall;
  const [frame, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme2();
  const [began, setBegan] = useState<number>();
  const [dragged, setDragged] = useState<Zoom>();
  useEffect(() => {
    if (canvas.current && width > 0) {
      paint(canvas.current, placed, width, theme);
    }
  }, [placed, width, theme]);

  const shareAt = ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width: all } = currentTarget.getBoundingClientRect();
    return (clientX - left) / Math.max(1, all);
  };
  const start = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setBegan(shareAt(event));
  };
  const drag = (event: PointerEvent) => {
    if (began !== undefined) {
      setDragged(between(began, shareAt(event)));
    }
  };
  const end = () => {
    setZoom(dragged && dragged.to - dragged.from > leastDrag ? dragged : whole);
    setBegan(undefined);
    setDragged(undefined);
  };
  const shown = dragged ?? zoom;
  return (
    <div
      ref={frame}
      className={styles.map}
      role="img"
      aria-label={t('evidence.trace.map', 'Trace overview; showing {{from}} to {{to}}', {
        from: timeOf(shown.from, duration),
        to: timeOf(shown.to, duration),
      })}
      onPointerDown={start}
      onPointerMove={drag}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <canvas ref={canvas} className={styles.canvas} style={{ height }} />
      <div className={styles.shade} style={{ left: 0, width: `${shown.from * 100}%` }} />
      <div className={styles.shade} style={{ right: 0, width: `${(1 - shown.to) * 100}%` }} />
      <div className={styles.times}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share}>{timeOf(shown.from + share * (shown.to - shown.from), duration)}</span>
        ))}
      </div>
    </div>
  );
}

const leastDrag = 0.005; // share of the trace; less is a click

function timeOf(share: number, duration: number): string {
  return formatSpan(share * duration);
}

function paint(canvas: HTMLCanvasElement, placed: PlacedSpan[], width: number, theme: GrafanaTheme2): void {
  const ratio = window.devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  if (!context) {
    return;
  }
  context.scale(ratio, ratio);
  const line = Math.max(1, Math.min(3, height / placed.length));
  const colorOf = (item: PlacedSpan) => {
    if (item.isCulprit || item.span.failed) {
      return theme.colors.error.main;
    }
    return item.isCritical ? theme.colors.text.secondary : theme.colors.text.disabled;
  };
  placed.forEach((item, index) => {
    context.fillStyle = colorOf(item);
    const top = (index / placed.length) * (height - line);
    context.fillRect(item.start * width, top, Math.max(1, item.length * width), line);
  });
}

const getStyles = (theme: GrafanaTheme2) => ({
  map: css({
    position: 'relative',
    cursor: 'crosshair',
    touchAction: 'pan-y',
    background: theme.colors.background.canvas,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  canvas: css({ display: 'block', width: '100%' }),
  shade: css({
    position: 'absolute',
    top: 0,
    height,
    background: theme.colors.background.secondary,
    opacity: 0.8,
    pointerEvents: 'none',
  }),
  times: css({
    ...theme.typography.bodySmall,
    display: 'flex',
    justifyContent: 'space-between',
    padding: theme.spacing(0, 0.5),
    color: theme.colors.text.secondary,
    borderTop: `1px solid ${theme.colors.border.weak}`,
    fontVariantNumeric: 'tabular-nums',
    pointerEvents: 'none',
  }),
});
