import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { renderMarkdown, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Alert, ClipboardButton, LinkButton, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import { failureOf, type Failure } from '../api/failure';
import { caseUrl } from './caseLinks';
import { readReport, reportUrl } from './requests';

/** A case's post-mortem, to be read, copied as Markdown, or saved as a page of its own. */
export function ReportPage({ ds, id }: { ds: string; id: string }) {
  const styles = useStyles2(getStyles);
  const [markdown, setMarkdown] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    const controller = new AbortController();
    readReport(ds, id, controller.signal)
      .then(setMarkdown)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) {
          setFailure(failureOf(error));
        }
      });
    return () => controller.abort();
  }, [ds, id]);
  if (failure) {
    return (
      <Alert severity="error" title={failure.sentence}>
        {failure.advice}
      </Alert>
    );
  }
  if (markdown === undefined) {
    return <LoadingPlaceholder text="" />;
  }
  return (
    <>
      <Stack wrap="wrap">
        <ClipboardButton icon="copy" variant="secondary" getText={() => markdown}>
          <Trans i18nKey="cases.copy-markdown">Copy as Markdown</Trans>
        </ClipboardButton>
        {/* Without a target Grafana would take these for pages of its own. */}
        <LinkButton variant="secondary" target="_blank" href={reportUrl(ds, id, 'html')} download={`${id}.html`}>
          <Trans i18nKey="cases.save-html">Save as a page</Trans>
        </LinkButton>
        <LinkButton variant="secondary" target="_blank" href={reportUrl(ds, id, 'json')} download={`${id}.json`}>
          {t('cases.save-json', 'Save as JSON')}
        </LinkButton>
        <LinkButton fill="text" href={caseUrl(ds, id)}>
          <Trans i18nKey="cases.back">Back to the case</Trans>
        </LinkButton>
      </Stack>
      <article className={styles.report} dangerouslySetInnerHTML={{ __html: renderMarkdown(markdown) }} />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  report: css({
    maxWidth: theme.spacing(140),
    marginTop: theme.spacing(2),
    overflowWrap: 'anywhere',
    h2: { marginTop: theme.spacing(3), borderBottom: `1px solid ${theme.colors.border.weak}` },
    'pre, code': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
    table: { width: '100%', marginBottom: theme.spacing(1), ...theme.typography.bodySmall },
    'th, td': {
      padding: theme.spacing(0.5, 1, 0.5, 0),
      textAlign: 'left',
      verticalAlign: 'top',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    },
    blockquote: { paddingLeft: theme.spacing(2), borderLeft: `3px solid ${theme.colors.border.medium}` },
    ul: { paddingLeft: theme.spacing(3) },
    // Wide tables scroll by themselves on a phone.
    [theme.breakpoints.down('md')]: { table: { display: 'block', overflowX: 'auto' } },
  }),
});
