import { useMemo, useState } from 'react';
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Alert, LinkButton } from '@grafana/ui';
import type { Verdict } from '../../api/case.gen';
import { failureOf, type Failure } from '../../api/failure';
import type { InvestigationRequest } from '../../api/investigations';
import { hrefOf, readInvestigationLink, startPath, type InvestigationLink } from '../../links/link';
import { nameOf, usePageNav } from '../../links/pageNav';
import { isComplete, resolveLink } from '../../links/resolve';
import { StartPage } from '../start/StartPage';
import { AlertLookup } from './AlertLookup';
import { inScope } from './inScope';
import { InvestigationView } from './InvestigationView';
import { PracticeStart } from './PracticeStart';
import { usePinnedWindow } from './usePinnedWindow';

/** Runs the investigation that the address describes. */
export function InvestigatePage({ search }: { search: string }) {
  // A relative window is read once, so that the page does not start anew with every second that passes.
  const { request, link, failure } = useMemo(() => readRequest(readInvestigationLink(search)), [search]);
  // An alert's time is the backend's to say, which may have looked already.
  const isPinned = usePinnedWindow(search, request?.window, Boolean(request && (request.window || !request.alert)));
  if (link) {
    return link.ds && link.alert ? (
      <AlertLookup link={{ ...link, ds: link.ds, alert: link.alert }} />
    ) : (
      <StartPage known={link} />
    );
  }
  if (!request) {
    return <Incomplete failure={failure} />;
  }
  return new URLSearchParams(search).get('practice') === '1' ? (
    <PracticeOf request={request} isPinned={isPinned} />
  ) : (
    <InvestigationOf request={request} isPinned={isPinned} />
  );
}

function Incomplete({ failure }: { failure: Failure }) {
  const pageNav = usePageNav(t('investigate.incomplete-title', 'Incomplete link'));
  return (
    <PluginPage pageNav={pageNav}>
      <Alert severity="error" title={failure.sentence}>
        {failure.advice}
      </Alert>
      <LinkButton href={hrefOf(startPath)}>{t('investigate.start', 'Choose what to investigate')}</LinkButton>
    </PluginPage>
  );
}

interface RequestedProps {
  request: InvestigationRequest;
  isPinned: boolean;
}

/** Whoever practices reads no verdict in the tab either. */
function PracticeOf({ request, isPinned }: RequestedProps) {
  const title = t('investigate.practice', 'Practice');
  const pageNav = usePageNav(`${title}: ${nameOf(request.subject)}`);
  return (
    <PluginPage pageNav={pageNav} renderTitle={() => <h1>{title}</h1>}>
      {isPinned && <PracticeStart request={request} />}
    </PluginPage>
  );
}

function InvestigationOf({ request, isPinned }: RequestedProps) {
  const [verdict, setVerdict] = useState<Verdict>();
  const { service, operation, ...scope } = request.subject;
  const pageNav = usePageNav(nameOf(request.subject, verdict));
  return (
    <PluginPage
      pageNav={pageNav}
      renderTitle={() => <h1>{[service, operation, inScope(scope)].filter(Boolean).join(' · ')}</h1>}
    >
      {isPinned && <InvestigationView request={request} onVerdict={setVerdict} />}
    </PluginPage>
  );
}

type ReadRequest =
  | { request: InvestigationRequest; link?: never; failure?: never }
  | { request?: never; link: InvestigationLink; failure?: never }
  | { request?: never; link?: never; failure: Failure };

/** The request; or the link, when it says something and not enough; or why there is neither. */
function readRequest(link: InvestigationLink): ReadRequest {
  try {
    const asked = resolveLink(link);
    if (isComplete(asked)) {
      return { request: asked };
    }
    const { dataSourceUid: ds, subject, window = asked.window } = { ...asked, window: link.window };
    return subject || link.alert || link.ds
      ? { link: { ...link, service: subject?.service, operation: subject?.operation, window, ds } }
      : { failure: incomplete() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function incomplete(): Failure {
  return {
    sentence: t('investigate.incomplete', 'This link does not name the service and environment to investigate.'),
    advice: t('investigate.incomplete-advice', 'Add the parameters ds (UID of a Faultline data source) and service.'),
  };
}
