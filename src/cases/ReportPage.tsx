import { css } from '@emotion/css';
import { renderMarkdown, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Alert, ClipboardButton, LinkButton, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import { useAnswer } from '../api/useAnswer';
import { renderTyped } from '../format/renderTyped';
import { hrefOf } from '../links/link';
import { usePageNav } from '../links/pageNav';
import { caseUrl } from './caseLinks';
import { readReport, reportUrl } from './requests';

/** A case's post-mortem, to be read, copied as Markdown, or saved as a page of its own. */
export function ReportPage({ ds, id }: { ds: string; id: string }) {
  const { answer: markdown, failure } = useAnswer(`${ds}/${id}`, (signal) => readReport(ds, id, 'markdown', signal));
  const { title = t('cases.report', 'Report'), rest } = headed(markdown ?? '');
  const pageNav = usePageNav(title, t('cases.case', 'Case'), caseUrl(ds, id));
  return (
    <PluginPage
      pageNav={pageNav}
      renderTitle={() => <h1>{title}</h1>}
      subTitle={markdown === undefined ? id : undefined}
    >
      {failure ? (
        <Alert severity="error" title={failure.sentence}>
          {failure.advice}
        </Alert>
      ) : null}
      {markdown === undefined && !failure ? <LoadingPlaceholder text="" /> : null}
      {markdown === undefined ? null : <Report ds={ds} id={id} markdown={markdown} shown={rest} />}
    </PluginPage>
  );
}

/**
 * Takes off what is not read on the page: the heading that a document begins with, which is the page's title, and the
 * diagram, of which the page would show the code; the table after it says the same.
 */
function headed(markdown: string): { title?: string; rest: string } {
  const heading = /^# (.+)\n/.exec(markdown);
  const rest = markdown.slice(heading?.[0].length).replace(/^```mermaid\n[\s\S]*?^```\n/m, '');
  return { title: heading?.[1] && plain(heading[1]), rest };
}

// Names hold characters that Markdown has to be kept from reading, and the title is no Markdown.
function plain(markdown: string): string {
  return new DOMParser().parseFromString(renderMarkdown(markdown), 'text/html').body.textContent.trim();
}

interface ReportProps {
  ds: string;
  id: string;
  markdown: string;
  /** the part that stands below the title */
  shown: string;
}

function Report({ ds, id, markdown, shown }: ReportProps) {
  const styles = useStyles2(getStyles);
  // The clipboard takes no text that has still to be fetched when the button is pressed.
  const { answer: message, failure } = useAnswer(`${ds}/${id}`, (signal) => readReport(ds, id, 'chat', signal));
  return (
    <>
      <Stack wrap="wrap">
        <ClipboardButton
          icon="copy"
          variant="secondary"
          disabled={message === undefined}
          tooltip={failure?.sentence ?? t('cases.copy-chat-why', 'A short text to paste into Slack, Teams or email')}
          getText={() => message ?? ''}
        >
          <Trans i18nKey="cases.copy-chat">Copy for chat</Trans>
        </ClipboardButton>
        <ClipboardButton icon="copy" variant="secondary" getText={() => markdown}>
          <Trans i18nKey="cases.copy-markdown">Copy as Markdown</Trans>
        </ClipboardButton>
        {/* Without a target Grafana would take these for pages of its own. */}
        <LinkButton variant="secondary" target="_blank" href={reportUrl(ds, id, 'html')} download={`${id}.html`}>
          <Trans i18nKey="cases.save-html">Save as HTML</Trans>
        </LinkButton>
        <LinkButton variant="secondary" target="_blank" href={reportUrl(ds, id, 'json')} download={`${id}.json`}>
          {t('cases.save-json', 'Save as JSON')}
        </LinkButton>
        <LinkButton fill="text" href={hrefOf(caseUrl(ds, id))}>
          <Trans i18nKey="cases.back">Back to the case</Trans>
        </LinkButton>
      </Stack>
      <article className={styles.report} dangerouslySetInnerHTML={{ __html: renderTyped(shown) }} />
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
      overflowWrap: 'break-word',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    },
    blockquote: { paddingLeft: theme.spacing(2), borderLeft: `3px solid ${theme.colors.border.medium}` },
    'ul, ol': { paddingLeft: theme.spacing(3) },
    // Wide tables scroll by themselves on a phone.
    [theme.breakpoints.down('md')]: { table: { display: 'block', overflowX: 'auto' } },
  }),
});
