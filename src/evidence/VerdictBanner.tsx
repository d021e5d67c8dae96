import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Alert, useStyles2 } from '@grafana/ui';
import type { Level, Verdict } from '../api/case.gen';
import { formatClock } from '../format/formatInterval';

/** What the investigation thinks happened, how sure it is, and what it looked at and ruled out. */
export function VerdictBanner({ verdict }: { verdict: Verdict }) {
  const styles = useStyles2(getStyles);
  return (
    <Alert severity={verdict.level === 'no clear cause' ? 'info' : 'error'} title={titleOf(verdict)}>
      {verdict.chain.length > 0 && (
        <ol className={styles.chain}>
          {verdict.chain.map((link, index) => (
            <li key={index}>
              <time dateTime={link.at}>{formatClock(link.at)}</time> {link.sentence}
            </li>
          ))}
        </ol>
      )}
      <SentenceList title={t('evidence.verdict.normal', 'Checked and normal')} sentences={verdict.normal} />
      <SentenceList title={t('evidence.verdict.unchecked', 'Could not be checked')} sentences={verdict.unchecked} />
      {verdict.candidates.length > 1 && (
        <details>
          <summary>
            <Trans i18nKey="evidence.verdict.candidates">All candidates, best first</Trans>
          </summary>
          <ol className={styles.chain}>
            {verdict.candidates.map(({ service, component, because }, index) => (
              <li key={index}>
                {[service, component].filter(Boolean).join(', ')}
                <ul className={styles.chain}>
                  {because.map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        </details>
      )}
    </Alert>
  );
}

function SentenceList({ title, sentences }: { title: string; sentences: string[] }) {
  const styles = useStyles2(getStyles);
  if (sentences.length === 0) {
    return null;
  }
  return (
    <details>
      <summary>{`${title} (${sentences.length})`}</summary>
      <ul className={styles.chain}>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}

function titleOf({ level, sentence }: Verdict): string {
  const words: Record<Level, string> = {
    likely: t('evidence.verdict.likely', 'Likely'),
    possible: t('evidence.verdict.possible', 'Possible'),
    'no clear cause': t('evidence.verdict.none', 'No clear cause'),
  };
  return sentence ? `${words[level]}: ${sentence}` : words[level];
}

const getStyles = (theme: GrafanaTheme2) => ({
  chain: css({ paddingLeft: theme.spacing(3), margin: theme.spacing(0.5, 0) }),
});
