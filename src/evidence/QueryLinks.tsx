import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { Query } from '../api/case.gen';
import { drilldownFor } from './drilldown';
import { exploreUrl } from './explore';
import { useFacts } from './factsContext';

// Anchors and not TextLink, which needs a router around it that not every host of this page has.
const elsewhere = { fill: 'text', size: 'sm', icon: 'external-link-alt', target: '_blank', rel: 'noreferrer' } as const;

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
        <LinkButton href={explore} {...elsewhere}>
          <Trans i18nKey="evidence.how.explore">Open in Explore</Trans>
        </LinkButton>
      )}
      {drilldown && (
        <LinkButton href={drilldown.url} {...elsewhere}>
          {drilldown.app === 'traces'
            ? t('evidence.how.traces-drilldown', 'Traces Drilldown')
            : t('evidence.how.logs-drilldown', 'Logs Drilldown')}
        </LinkButton>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2) }),
});
