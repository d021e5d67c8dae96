import { useEffect, useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Trace } from '../../api/case.gen';
import { useFacts } from '../factsContext';
import { useSelection } from '../selectionContext';
import { useWidth } from '../useWidth';
import { Minimap } from './Minimap';
import { SpanPanel } from './SpanPanel';
import { SpanRows } from './SpanRows';
import { useWaterfall } from './useWaterfall';
import { WaterfallBar } from './WaterfallBar';

const besideFrom = 760; // px; from here on a span's details stand beside the waterfall

/** A trace as bars over time, with search, zoom and folding; what a span says stands beside it. */
export function Waterfall({ trace }: { trace: Trace }) {
  const styles = useStyles2(getStyles);
  const { culprit } = useFacts();
  const { selection, select } = useSelection();
  const waterfall = useWaterfall(trace, culprit);
  const [frame, width] = useWidth<HTMLDivElement>();
  const chosen = selection.trace === trace.id || !selection.trace ? selection.span : undefined;
  const span = useMemo(() => trace.spans.find(({ id }) => id === chosen), [trace, chosen]);
  const { reveal } = waterfall;
  useEffect(() => {
    if (chosen) {
      reveal(chosen);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a person may fold it away again
  }, [chosen]);
  const choose = (id: string) => select({ trace: trace.id, span: id });
  const isBeside = width >= besideFrom;
  return (
    <div ref={frame} data-readable>
      <WaterfallBar trace={trace} waterfall={waterfall} onChoose={choose} />
      <div className={span && isBeside ? styles.beside : undefined}>
        <div>
          <Minimap waterfall={waterfall} duration={trace.duration} />
          <SpanRows
            label={t('evidence.trace.label', 'Spans of trace {{id}}', { id: trace.id })}
            waterfall={waterfall}
            chosen={chosen}
            onChoose={choose}
            isNarrow={width > 0 && width < narrowBelow}
          />
        </div>
        {span && (
          <SpanPanel
            key={span.id}
            span={span}
            trace={trace}
            placed={waterfall.placed}
            onClose={() => select({ trace: trace.id })}
          />
        )}
      </div>
      <p className={styles.legend}>
        <Trans i18nKey="evidence.trace.keys">
          Filled bars are the critical path, which determines how long the request took. Keys: arrows move and collapse,
          Enter opens, + and − zoom, Shift+arrows pan, 0 shows all, / searches.
        </Trans>
      </p>
    </div>
  );
}

const narrowBelow = 700; // px

const getStyles = (theme: GrafanaTheme2) => ({
  beside: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(240px, 34%)',
    gap: theme.spacing(2),
  }),
  legend: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: theme.spacing(0.5, 0, 0) }),
});
