import { useMemo } from 'react';
import { css } from '@emotion/css';
import { getTimeZone, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { UPlotChart, useStyles2, useTheme2 } from '@grafana/ui';
import type { Finding, Series, Window } from '../api/case.gen';
import { formatInterval } from '../format/formatInterval';
import { formatValue } from '../format/formatValue';
import { chartConfig, lineColor, type ChartMarks } from './chartConfig';
import { useFacts } from './factsContext';
import { useMoment } from './useMoment';
import { useWidth } from './useWidth';

const height = 120;

interface Props {
  finding: Pick<Finding, 'values' | 'baseline'>;
  series: Series[];
  /** what the numbers must fall back to */
  limit?: number;
}

/** A finding's numbers over time, with the onset of the incident, the time that counts as normal, and what is normal. */
export function SeriesChart({ finding, series, limit }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [frame, width] = useWidth<HTMLDivElement>();
  const { onset, charted } = useFacts();
  const moment = useMoment();
  const unit = series[0]?.unit ?? 'count';
  const said = { limit: formatValue(limit ?? 0, unit), interpolation: { escapeValue: false } };
  const normal = finding.values[0]?.unit === unit ? finding.values[0].baseline : undefined;
  const data = useMemo(() => aligned(series), [series]);
  const marks: ChartMarks = {
    onset: spanOf(onset),
    baseline: spanOf(finding.baseline),
    charted: spanOf(charted),
    normal,
    limit,
  };
  // Compared by what they say, since every answer brings them anew.
  const marked = JSON.stringify(marks);
  const config = useMemo(
    () => chartConfig({ unit, lines: series.length, theme, timeZone: getTimeZone() }, JSON.parse(marked) as ChartMarks),
    [marked, unit, series.length, theme]
  );
  return (
    <figure className={styles.figure}>
      <div ref={frame} role="img" aria-label={describe(series)} className={styles.plot}>
        {width > 0 && <UPlotChart data={data} config={config} width={width} height={height} />}
      </div>
      <figcaption className={styles.legend}>
        {series.length > 1 &&
          series.map((line, index) => (
            <span key={index} className={styles.line}>
              <span className={styles.color} style={{ borderTopColor: lineColor(theme, index) }} />
              {nameOf(line)}
            </span>
          ))}
        {onset && (
          <span className={styles.onset}>
            <Trans i18nKey="evidence.chart.onset" values={{ time: moment(middleOf(onset)) }}>
              onset {'{{time}}'}
            </Trans>
          </span>
        )}
        {normal !== undefined && (
          <span className={styles.normal}>
            <Trans i18nKey="evidence.chart.normal" values={{ normal: formatValue(normal, unit) }}>
              normally {'{{normal}}'}
            </Trans>
          </span>
        )}
        {limit !== undefined && (
          <span className={styles.limit}>
            {normal !== undefined && limit < normal
              ? t('evidence.chart.floor', 'recovered above {{limit}}', said)
              : t('evidence.chart.limit', 'recovered below {{limit}}', said)}
          </span>
        )}
        {finding.baseline && (
          <span className={styles.baseline}>
            <Trans i18nKey="evidence.chart.baseline">normal range</Trans>
          </span>
        )}
      </figcaption>
    </figure>
  );
}

type Aligned = [number[], ...Array<Array<number | null>>];

/** Puts lines that were measured at different times on one axis of time; a line has null where it was not measured. */
export function aligned(series: Series[]): Aligned {
  const maps = series.map(({ points }) => new Map(points.map(({ t: time, v }) => [Date.parse(time), v])));
  const times = [...new Set(maps.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  return [times, ...maps.map((points) => times.map((time) => points.get(time) ?? null))];
}

function spanOf(window?: Window | { earliest: string; latest: string }): [number, number] | undefined {
  if (!window) {
    return undefined;
  }
  const [start, end] = 'from' in window ? [window.from, window.to] : [window.earliest, window.latest];
  return [Date.parse(start), Date.parse(end)];
}

function middleOf({ earliest, latest }: { earliest: string; latest: string }): number {
  return (Date.parse(earliest) + Date.parse(latest)) / 2;
}

function describe(series: Series[]): string {
  return series.map(describeLine).filter(Boolean).join(' ');
}

function nameOf({ name, labels }: Series): string {
  const values = Object.values(labels ?? {}).join(', ');
  return name ?? (values || t('evidence.chart.unnamed', 'Values'));
}

function describeLine({ name, labels, unit = 'count', points }: Series): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) {
    return '';
  }
  const highest = Math.max(...points.map(({ v }) => v));
  return t(
    'evidence.chart.description',
    '{{name}}, {{interval}}: at first {{first}}, at most {{highest}}, at last {{last}}.',
    {
      name: nameOf({ name, labels, points }),
      interval: formatInterval({ from: first.t, to: last.t }),
      first: formatValue(first.v, unit),
      highest: formatValue(highest, unit),
      last: formatValue(last.v, unit),
      interpolation: { escapeValue: false },
    }
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const key = (border: string) => ({
    '&::before': {
      content: '""',
      display: 'inline-block',
      width: theme.spacing(2),
      height: 0,
      margin: theme.spacing(0, 0.75, 0.5, 0),
      borderTop: border,
    },
  });
  return {
    figure: css({ margin: 0 }),
    plot: css({ height, overflow: 'hidden' }),
    legend: css({
      ...theme.typography.bodySmall,
      marginTop: theme.spacing(0.5),
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0, 2),
      color: theme.colors.text.secondary,
    }),
    onset: css(key(`1px dashed ${theme.colors.error.border}`)),
    line: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
    color: css({ width: theme.spacing(2), borderTop: '2px solid' }),
    limit: css(key(`1px dashed ${theme.colors.warning.border}`)),
    normal: css(key(`1px dashed ${theme.colors.success.border}`)),
    baseline: css(key(`3px solid ${theme.colors.success.border}`)),
  };
};
