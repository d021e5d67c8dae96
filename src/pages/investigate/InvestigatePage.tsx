import { useMemo } from 'react';
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Alert, LinkButton } from '@grafana/ui';
import { failureOf, type Failure } from '../../api/failure';
import type { InvestigationRequest } from '../../api/investigations';
import { parseWindow } from '../../format/parseWindow';
import { readInvestigationLink, startPath, type InvestigationLink } from '../links';
import { InvestigationView } from './InvestigationView';

/** Runs the investigation that the address describes. */
export function InvestigatePage({ search }: { search: string }) {
  // A relative window is read once, so that the page does not start anew with every second that passes.
  const { request, failure } = useMemo(() => readRequest(readInvestigationLink(search)), [search]);
  if (!request) {
    return (
      <PluginPage>
        <Alert severity="error" title={failure.sentence}>
          {failure.advice}
        </Alert>
        <LinkButton href={startPath}>{t('investigate.start', 'Say what to investigate')}</LinkButton>
      </PluginPage>
    );
  }
  const { service, operation } = request.subject;
  return (
    <PluginPage renderTitle={() => <h1>{[service, operation].filter(Boolean).join(' · ')}</h1>}>
      <InvestigationView request={request} />
    </PluginPage>
  );
}

type ReadRequest = { request: InvestigationRequest; failure?: never } | { request?: never; failure: Failure };

function readRequest(link: InvestigationLink | undefined): ReadRequest {
  if (!link) {
    return {
      failure: {
        sentence: t(
          'investigate.incomplete',
          'This link does not say which service to investigate in which environment.'
        ),
        advice: t(
          'investigate.incomplete-advice',
          'It needs the parameters ds (uid of a Faultline data source) and service.'
        ),
      },
    };
  }
  const { ds, service, operation, window } = link;
  try {
    const parsed = window && parseWindow(window);
    return { request: { dataSourceUid: ds, subject: { service, operation }, window: parsed } };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
