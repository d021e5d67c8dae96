import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { CaseBefore, CasesBefore } from '../api/case.gen';
import { failureOf, type Failure } from '../api/failure';
import { formatMilliseconds } from '../format/formatDuration';
import { hrefOf } from '../links/link';
import { caseUrl } from './caseLinks';
import { readCasesBefore } from './requests';

interface Props {
  ds: string;
  id: string;
  /** changes when what was found has changed, so that it is compared again */
  found: string;
}

const unescaped = { interpolation: { escapeValue: false } };

/** Earlier cases that were like this one: why, what was done against them, and how long they took. */
export function LikeBefore({ ds, id, found }: Props) {
  const styles = useStyles2(getStyles);
  const [before, setBefore] = useState<CasesBefore>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    const controller = new AbortController();
    readCasesBefore(ds, id, controller.signal)
      .then((compared) => {
        setFailure(undefined);
        setBefore(compared);
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) {
          setFailure(failureOf(error));
        }
      });
    return () => controller.abort();
  }, [ds, id, found]);
  const label = t('cases.before.title', 'Similar incidents');
  return (
    <section className={styles.section} aria-label={label}>
      <strong>{label}</strong>
      {failure ? (
        <p>{t('cases.before.failed', 'Not compared: {{sentence}}', { sentence: failure.sentence, ...unescaped })}</p>
      ) : null}
      {before ? <Found ds={ds} before={before} /> : null}
    </section>
  );
}

function Found({ ds, before: { cases, compared, unread, more } }: { ds: string; before: CasesBefore }) {
  const styles = useStyles2(getStyles);
  const limits = [
    more && t('cases.before.more', 'Older cases were not compared.'),
    unread > 0 && t('cases.before.unread', '{{unread}} could not be read.', { unread }),
  ].filter(Boolean);
  return (
    <>
      {cases.length === 0 ? (
        <p className={styles.quiet}>
          {t('cases.before.none', 'None of {{compared}} earlier cases is similar.', { compared })}
        </p>
      ) : (
        <ul className={styles.list}>
          {cases.map((one) => (
            <Before key={one.case.id} ds={ds} one={one} />
          ))}
        </ul>
      )}
      {limits.length > 0 ? <p className={styles.quiet}>{limits.join(' ')}</p> : null}
    </>
  );
}

function Before({ ds, one }: { ds: string; one: CaseBefore }) {
  const styles = useStyles2(getStyles);
  const { fix, took, how, because, score } = one;
  return (
    <li className={styles.item}>
      <a href={hrefOf(caseUrl(ds, one.case.id))}>{one.case.title}</a>{' '}
      <span className={styles.quiet}>
        {t('cases.before.score', '{{percent}}% similar', { percent: Math.round(score * 100) })}
      </span>
      <p>
        {fix
          ? t('cases.before.fix', 'Fixed by {{name}}: {{text}}', { name: fix.by, text: fix.text || '–', ...unescaped })
          : t('cases.before.no-fix', 'No fix was recorded.')}
        {took ? (
          <>
            {' '}
            {t('cases.before.took', 'Took {{took}} {{how}}.', {
              took: formatMilliseconds(took * 1000),
              how: how ?? '',
              ...unescaped,
            })}
          </>
        ) : null}
      </p>
      <details>
        <summary>
          <Trans i18nKey="cases.before.why">Why it is similar</Trans>
        </summary>
        <ul>
          {because.map((sentence, index) => (
            <li key={index}>{sentence}</li>
          ))}
        </ul>
      </details>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({ overflowWrap: 'anywhere', 'p, ul': { marginBottom: theme.spacing(0.5) } }),
  list: css({ listStyle: 'none', padding: 0 }),
  item: css({
    padding: theme.spacing(1),
    borderLeft: `${theme.spacing(0.5)} solid ${theme.colors.info.border}`,
    background: theme.colors.background.secondary,
    marginBottom: theme.spacing(0.5),
    'details ul': { paddingLeft: theme.spacing(2.5) },
    summary: { cursor: 'pointer' },
  }),
  quiet: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
});
