import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Finding, StepResult } from '../api/case.gen';
import { criteriaOf } from './criteria';
import { useFacts } from './factsContext';
import { SeriesChart } from './SeriesChart';

const noSteps: StepResult[] = [];

/** Of a finding that says what numbers must come back to: each of them over time against its limit, where it was charted. */
export function CriteriaCharts({ finding }: { finding: Finding }) {
  const styles = useStyles2(getStyles);
  const { steps = noSteps } = useFacts();
  const criteria = criteriaOf(finding, steps);
  return criteria.length === 0 ? null : (
    <div className={styles.charts}>
      {criteria.map(({ id, name, limit, charted, series }) => (
        <div key={id}>
          <div className={styles.name}>{name}</div>
          <SeriesChart finding={charted} series={series} limit={limit} />
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  charts: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 300px), 1fr))',
    gap: theme.spacing(1.5),
  }),
  name: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
});
