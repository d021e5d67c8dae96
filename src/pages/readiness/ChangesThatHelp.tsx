import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { Change, ServiceReadiness } from '../../api/readiness';

/** How many services are named with a change; the table has them all. */
const named = 5;

/** The changes that help most, each once with the services that it helps, the one for most services first. */
export function ChangesThatHelp({ services }: { services: ServiceReadiness[] }) {
  const styles = useStyles2(getStyles);
  const changes = changesOf(services);
  if (changes.length === 0) {
    return null;
  }
  return (
    <section aria-label={t('readiness.changes', 'Most useful fixes')} className={styles.section}>
      <h2 className={styles.title}>{t('readiness.changes', 'Most useful fixes')}</h2>
      <ol className={styles.list}>
        {changes.map(({ change, helps }) => (
          <li key={change.sentence}>
            <strong>{countOf(helps.length)}</strong>: {change.sentence}{' '}
            <TextLink href={change.documentation} external inline>
              {t('readiness.documentation', '{{tool}} documentation', {
                tool: change.tool,
                interpolation: { escapeValue: false },
              })}
            </TextLink>
            <div className={styles.services}>{namesOf(helps)}</div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function countOf(services: number): string {
  return services === 1
    ? t('readiness.helps-one', '1 service')
    : t('readiness.helps-many', '{{services}} services', { services });
}

interface Helping {
  change: Change;
  helps: string[];
}

/** What helps each service most, grouped by what is to be done. */
function changesOf(services: ServiceReadiness[]): Helping[] {
  const all = new Map<string, Helping>();
  for (const { service, factors, first } of services) {
    const change = factors.find(({ factor }) => factor === first)?.change;
    if (change) {
      const known = all.get(change.sentence) ?? { change, helps: [] };
      known.helps.push(service);
      all.set(change.sentence, known);
    }
  }
  return [...all.values()].sort((a, b) => b.helps.length - a.helps.length);
}

function namesOf(services: string[]): string {
  const names = services.slice(0, named).join(', ');
  return services.length > named
    ? t('readiness.and-more', '{{names}} and {{count}} more', {
        names,
        count: services.length - named,
        interpolation: { escapeValue: false },
      })
    : names;
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    overflowWrap: 'anywhere',
  }),
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 1) }),
  list: css({ margin: 0, paddingLeft: theme.spacing(3), li: { marginBottom: theme.spacing(1) } }),
  services: css({ color: theme.colors.text.secondary }),
});
