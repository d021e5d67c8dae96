import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, FilterInput, IconButton, useStyles2 } from '@grafana/ui';
import type { Trace } from '../../api/case.gen';
import { useFacts } from '../factsContext';
import { useSelection } from '../selectionContext';
import type { WaterfallState } from './useWaterfall';
import { closer, whole } from './zoom';

interface Props {
  trace: Trace;
  waterfall: WaterfallState;
  /** Called with the id of a span to show. */
  onChoose: (id: string) => void;
}

/** What can be done with a waterfall: search, fold, zoom, and go to the lines of the trace. */
export function WaterfallBar({ trace, waterfall, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  const { linesStep } = useFacts();
  const { select } = useSelection();
  const { zoom, setZoom, foldAll, folded } = waterfall;
  return (
    <div className={styles.bar}>
      <Search waterfall={waterfall} onChoose={onChoose} />
      <div className={styles.buttons}>
        <IconButton
          name="search-plus"
          tooltip={t('evidence.trace.zoom-in', 'Zoom in')}
          onClick={() => setZoom(closer(zoom, 1))}
        />
        <IconButton
          name="search-minus"
          tooltip={t('evidence.trace.zoom-out', 'Zoom out')}
          disabled={zoom.from === 0 && zoom.to === 1}
          onClick={() => setZoom(closer(zoom, -1))}
        />
        <Button
          size="sm"
          variant="secondary"
          fill="text"
          disabled={zoom.from === 0 && zoom.to === 1}
          onClick={() => setZoom(whole)}
        >
          <Trans i18nKey="evidence.trace.whole">Whole trace</Trans>
        </Button>
        <Button size="sm" variant="secondary" fill="text" onClick={() => foldAll(folded.size === 0)}>
          {folded.size === 0 ? t('evidence.trace.fold', 'Collapse all') : t('evidence.trace.unfold', 'Expand all')}
        </Button>
        {linesStep && (
          <Button
            size="sm"
            variant="secondary"
            icon="gf-logs"
            onClick={() => select({ step: linesStep, trace: trace.id })}
          >
            <Trans i18nKey="evidence.trace.lines">Logs of this trace</Trans>
          </Button>
        )}
      </div>
    </div>
  );
}

function Search({ waterfall, onChoose }: Omit<Props, 'trace'>) {
  const styles = useStyles2(getStyles);
  const { search, setSearch, found, placed } = waterfall;
  const goOn = () => {
    const [next] = found;
    if (next) {
      onChoose(next);
    }
  };
  return (
    <div className={styles.search} role="search">
      <FilterInput
        value={search}
        onChange={setSearch}
        onKeyDown={({ key }) => key === 'Enter' && goOn()}
        placeholder={t('evidence.trace.search', 'Search {{count}} spans', {
          count: placed.length,
          defaultValue_one: 'Search {{count}} span',
        })}
        aria-label={t('evidence.trace.search-label', 'Search spans')}
        width={0}
        escapeRegex={false}
      />
      <span className={styles.found} aria-live="polite">
        {search.trim() &&
          t('evidence.trace.found', '{{count}} of {{all}}', { count: found.length, all: placed.length })}
      </span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(1),
  }),
  search: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), flex: '1 1 200px', maxWidth: '360px' }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5) }),
  found: css({
    ...theme.typography.bodySmall,
    color: theme.colors.text.secondary,
    minWidth: theme.spacing(8),
    whiteSpace: 'nowrap',
  }),
});
