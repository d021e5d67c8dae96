import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { CallState, Storm } from '../../api/storms';
import { placeServices, type PlacedService } from './layout';
import { StormSection } from './StormSection';

const width = 190; // px of a service
const height = 24;
const gapX = 70;
const gapY = 10;
const longest = 26; // letters of a name that fit

/** Who calls whom among the services with alerts, callers on the left, and over which calls the failure travels. */
export function CallGraph({ storm }: { storm: Storm }) {
  const styles = useStyles2(getStyles);
  if (storm.calls.length === 0) {
    return null;
  }
  const placed = placeServices(storm.calls);
  const places = new Map(placed.map((one) => [one.service, one]));
  const columns = Math.max(...placed.map(({ column }) => column)) + 1;
  const rows = Math.max(...placed.map(({ row }) => row)) + 1;
  const size = { width: columns * (width + gapX) - gapX + 2, height: rows * (height + gapY) - gapY + 2 };
  const culprits = new Set(storm.causes.map(({ service }) => service));
  return (
    <StormSection title={t('storm.graph.title', 'Call graph')}>
      <div className={styles.legend}>
        <Trans i18nKey="storm.graph.legend">
          Callers stand left of what they call. Solid: calls fail or are slow more often than before. Dashed: not
          measured. Dotted: as before. Thick frame: culprit. The number is that of alerts.
        </Trans>
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached with the keyboard */}
      <div className={styles.scroll} role="region" aria-label={t('storm.graph.title', 'Call graph')} tabIndex={0}>
        <svg
          {...size}
          viewBox={`-1 -1 ${size.width} ${size.height}`}
          role="img"
          aria-label={t(
            'storm.graph.label',
            '{{calls}} calls between {{services}} services; the tables above list the paths.',
            {
              calls: storm.calls.length,
              services: placed.length,
            }
          )}
        >
          {storm.calls.map(({ caller, callee, state }) => (
            <CallLine key={`${caller} ${callee}`} from={places.get(caller)} to={places.get(callee)} state={state} />
          ))}
          {placed.map((one) => (
            <ServiceBox
              key={one.service}
              place={one}
              isCulprit={culprits.has(one.service)}
              alerts={alertsOf(storm, one.service)}
            />
          ))}
        </svg>
      </div>
    </StormSection>
  );
}

function alertsOf({ alerts }: Storm, service: string): number {
  return alerts.filter(({ subject }) => subject.service === service).length;
}

const leftOf = ({ column }: PlacedService) => column * (width + gapX);
const topOf = ({ row }: PlacedService) => row * (height + gapY);

function CallLine({ from, to, state }: { from?: PlacedService; to?: PlacedService; state: CallState }) {
  const theme = useTheme2();
  if (!from || !to) {
    return null;
  }
  const looks = {
    worse: { stroke: theme.colors.error.border, strokeWidth: 1.5 },
    unmeasured: { stroke: theme.colors.text.secondary, strokeDasharray: '6 4' },
    unchanged: { stroke: theme.colors.border.strong, strokeDasharray: '1 4' },
  };
  const start = { x: leftOf(from) + width, y: topOf(from) + height / 2 };
  const end = { x: leftOf(to), y: topOf(to) + height / 2 };
  const bend = gapX / 2;
  const path = `M${start.x} ${start.y} C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
  return <path d={path} fill="none" {...looks[state]} />;
}

function ServiceBox({ place, isCulprit, alerts }: { place: PlacedService; isCulprit: boolean; alerts: number }) {
  const theme = useTheme2();
  const { service } = place;
  const name = service.length > longest ? `…${service.slice(1 - longest)}` : service;
  return (
    <g transform={`translate(${leftOf(place)} ${topOf(place)})`}>
      <title>{service}</title>
      <rect
        width={width}
        height={height}
        rx={2}
        fill={theme.colors.background.primary}
        stroke={isCulprit || alerts > 0 ? theme.colors.error.border : theme.colors.border.medium}
        strokeWidth={isCulprit ? 3 : 1}
      />
      <text
        x={8}
        y={height / 2}
        dominantBaseline="central"
        fontSize={12}
        fill={theme.colors.text.primary}
        fontWeight={isCulprit ? 600 : 400}
      >
        {name}
      </text>
      {alerts > 0 && (
        <text
          x={width - 8}
          y={height / 2}
          dominantBaseline="central"
          textAnchor="end"
          fontSize={12}
          fill={theme.colors.error.text}
        >
          {alerts}
        </text>
      )}
    </g>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
  scroll: css({ overflow: 'auto', maxHeight: theme.spacing(80) }),
});
