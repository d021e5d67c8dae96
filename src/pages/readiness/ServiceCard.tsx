import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { Factor, ServiceReadiness } from '../../api/readiness';
import { hrefOf, investigationUrl } from '../../links/link';
import { StateMark } from './StateMark';
import { nameOf } from './words';

/** How ready one service is: every factor in a line, and below the fold what each lack costs and what to do. */
export function ServiceCard({ service: of, environment }: { service: ServiceReadiness; environment: string }) {
  const styles = useStyles2(getStyles);
  const { service, factors, first, mixed } = of;
  const change = factors.find(({ factor }) => factor === first)?.change;
  return (
    <section aria-label={service} className={styles.card}>
      <h2 className={styles.title}>
        <a href={hrefOf(investigationUrl({ ds: environment, service }))}>{service}</a>
      </h2>
      {mixed && <p className={styles.change}>{mixed}</p>}
      <ul className={styles.factors}>
        {factors.map(({ factor, state }) => (
          <li key={factor}>
            {nameOf(factor)} <StateMark state={state} />
          </li>
        ))}
      </ul>
      {change ? (
        <p className={styles.change}>
          <strong>
            <Trans i18nKey="readiness.first">Most useful fix:</Trans>
          </strong>{' '}
          {change.sentence} <Documentation {...change} />
        </p>
      ) : (
        <p className={styles.change}>{restOf(factors)}</p>
      )}
      <details>
        <summary>
          <Trans i18nKey="readiness.details">Details</Trans>
        </summary>
        <dl className={styles.details}>
          {factors.map((factor) => (
            <FactorDetail key={factor.factor} {...factor} isFirst={factor.factor === first} />
          ))}
        </dl>
      </details>
    </section>
  );
}

function restOf(factors: Factor[]): string {
  return factors.every(({ state }) => state === 'ready')
    ? t('readiness.complete', 'Nothing that speeds up an investigation is missing.')
    : t('readiness.unknown', 'Nothing is known to be missing, but some checks failed.');
}

function FactorDetail({ factor, state, sentence, advice, blind, change, isFirst }: Factor & { isFirst: boolean }) {
  return (
    <>
      <dt>
        {nameOf(factor)} <StateMark state={state} />
      </dt>
      <dd>
        <div>{sentence}</div>
        {advice && <div>{advice}</div>}
        {blind && (
          <div>
            <Trans i18nKey="readiness.blind">Investigations cannot use:</Trans> {blind}
          </div>
        )}
        {change && !isFirst && (
          <div>
            {change.sentence} <Documentation {...change} />
          </div>
        )}
      </dd>
    </>
  );
}

function Documentation({ tool, documentation }: { tool: string; documentation: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.link}>
      <TextLink href={documentation} external inline>
        {t('readiness.documentation', '{{tool}} documentation', { tool, interpolation: { escapeValue: false } })}
      </TextLink>
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    overflowWrap: 'anywhere',
  }),
  title: css({ ...theme.typography.h4, margin: 0, a: { color: theme.colors.text.link } }),
  factors: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 3),
    listStyle: 'none',
    margin: theme.spacing(1, 0),
    li: { whiteSpace: 'nowrap' },
  }),
  // Its sign stays with its text.
  link: css({ [theme.breakpoints.up('md')]: { whiteSpace: 'nowrap' } }),
  change: css({ margin: theme.spacing(0, 0, 1) }),
  details: css({
    margin: theme.spacing(1, 0, 0),
    dt: { fontWeight: theme.typography.fontWeightMedium, marginTop: theme.spacing(1) },
    dd: { margin: 0, color: theme.colors.text.secondary },
  }),
});
