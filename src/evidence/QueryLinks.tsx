import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { Query } from '../api/case.gen';
import { drilldownFor } from './drilldown';
import { exploreUrl } from './explore';
import { useFacts } from './factsContext';

/** The ways to ask a question again elsewhere in Grafana, as far as there are any for this user and this store. */
export function QueryLinks({ query }: { query: Query }) {
  const styles = useStyles2(getStyles);
  const { subject, culprit } = useFacts();
  const explore = exploreUrl(query);
  const drilldown = drilldownFor(query, culprit?.span.service ?? subject?.service ?? '');
  if (!explore && !drilldown) {
    return null;
  }
  return (
    <div className={styles.links}>
      {explore && (
        <TextLink href={explore} external inline={false} variant="bodySmall">
          <Trans i18nKey="evidence.how.explore">Open in Explore</Trans>
        </TextLink>
      )}
      {drilldown && (
        <TextLink href={drilldown.url} external inline={false} variant="bodySmall">
          {drilldown.app === 'traces'
            ? t('evidence.how.traces-drilldown', 'Traces Drilldown')
            : t('evidence.how.logs-drilldown', 'Logs Drilldown')}
        </TextLink>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2) }),
});
