import type { ComponentProps } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { AxisPlacement, GraphDrawStyle, ScaleDirection, ScaleOrientation, VisibilityMode } from '@grafana/schema';
import { UPlotConfigBuilder, type UPlotChart } from '@grafana/ui';
import type { Unit } from '../api/case.gen';
import { formatValue } from '../format/formatValue';

/** What is marked in a chart beside its lines. Times are milliseconds since 1970. */
export interface ChartMarks {
  /** when the incident began: between these two */
  onset?: [number, number];
  /** the time that counts as normal */
  baseline?: [number, number];
  /** what is normal, in the chart's own unit */
  normal?: number;
  /** what it must fall back to, in the chart's own unit */
  limit?: number;
  /** the time that the chart shows, however much of it was measured */
  charted?: [number, number];
}

const axisWidth = 64; // px
const stripHeight = 3;

type Plot = Parameters<NonNullable<ComponentProps<typeof UPlotChart>['plotRef']>>[0];

interface ChartLook {
  unit: Unit;
  lines: number;
  theme: GrafanaTheme2;
  timeZone: string;
}

/** Describes a small chart for the plotting library that Grafana's own panels use. */
export function chartConfig({ unit, lines, theme, timeZone }: ChartLook, marks: ChartMarks): UPlotConfigBuilder {
  const builder = new UPlotConfigBuilder(timeZone);
  const time = { scaleKey: 'x', isTime: true };
  builder.addScale({
    ...time,
    // The same time in all charts, so that they can be read one below the other; else from the first point to the last.
    range: (_plot, min, max) => marks.charted ?? [min, max],
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
  });
  builder.addScale({
    scaleKey: 'y',
    softMin: 0,
    softMax: marks.limit,
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
  });
  // Axes of one width, so that charts that stand below each other are aligned in time; room for the last time's text.
  builder.setPadding([8, 20, 0, 0]);
  builder.addAxis({ ...time, placement: AxisPlacement.Bottom, timeZone, theme, grid: { show: false } });
  builder.addAxis({
    scaleKey: 'y',
    placement: AxisPlacement.Left,
    theme,
    size: axisWidth,
    formatValue: (value: number) => formatValue(value, unit),
  });
  for (let line = 0; line < lines; line++) {
    builder.addSeries({
      scaleKey: 'y',
      theme,
      drawStyle: GraphDrawStyle.Line,
      showPoints: VisibilityMode.Never,
      lineColor: lineColor(theme, line),
      lineWidth: 1,
      spanNulls: true,
    });
  }
  // One moment is pointed at in all charts at once.
  builder.setCursor({
    sync: { key: 'faultline', scales: ['x', null] },
    points: { show: true },
    drag: { x: false, y: false },
  });
  builder.addHook('drawClear', (plot) => shade(plot, marks, theme));
  builder.addHook('draw', (plot) => strike(plot, marks, theme));
  return builder;
}

const palette = ['blue', 'orange', 'purple', 'green', 'yellow', 'red'] as const;

/** The colour of a chart's line, by its place among them. */
export function lineColor(theme: GrafanaTheme2, line: number): string {
  return theme.visualization.getColorByName(palette[line % palette.length] ?? palette[0]);
}

/** Behind the lines: the time that counts as normal as a strip along the axis, and the onset as wide as it is uncertain. */
function shade(plot: Plot, { baseline, onset }: ChartMarks, theme: GrafanaTheme2): void {
  if (baseline) {
    fill(plot, baseline, theme.colors.success.border, stripHeight * window.devicePixelRatio);
  }
  if (onset) {
    fill(plot, onset, theme.colors.error.transparent);
  }
}

function fill(plot: Plot, [from, to]: [number, number], color: string, tall = plot.bbox.height): void {
  const { left, top, width, height } = plot.bbox;
  const start = Math.max(left, plot.valToPos(from, 'x', true));
  const end = Math.min(left + width, plot.valToPos(to, 'x', true));
  plot.ctx.save();
  plot.ctx.fillStyle = color;
  plot.ctx.fillRect(start, top + height - tall, Math.max(0, end - start), tall);
  plot.ctx.restore();
}

/** Above the lines: the onset, and what is normal. */
function strike(plot: Plot, { onset, normal, limit }: ChartMarks, theme: GrafanaTheme2): void {
  const { left, top, width, height } = plot.bbox;
  if (normal !== undefined) {
    const y = plot.valToPos(normal, 'y', true);
    stroke(plot, [left, y, left + width, y], theme.colors.success.border);
  }
  if (limit !== undefined) {
    const y = plot.valToPos(limit, 'y', true);
    stroke(plot, [left, y, left + width, y], theme.colors.warning.border);
  }
  if (onset) {
    const x = plot.valToPos((onset[0] + onset[1]) / 2, 'x', true);
    stroke(plot, [x, top, x, top + height], theme.colors.error.border);
  }
}

function stroke(plot: Plot, [x1, y1, x2, y2]: [number, number, number, number], color: string): void {
  const { ctx } = plot;
  const pxRatio = window.devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = pxRatio;
  ctx.setLineDash([4 * pxRatio, 4 * pxRatio]);
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
  ctx.restore();
}
