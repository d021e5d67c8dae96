import { useEffect, useState } from 'react';
import { t } from '@grafana/i18n';
import { locationService } from '@grafana/runtime';
import { Alert, LoadingPlaceholder } from '@grafana/ui';
import { FailureError, failureOf, type Failure } from '../../api/failure';
import { investigate, type InvestigationRequest } from '../../api/investigations';
import { practiceUrl } from '../../cases/caseLinks';

/** Investigates without telling what is found, and goes on to the practice on the case that it is kept in. */
export function PracticeStart({ request }: { request: InvestigationRequest }) {
  const [failure, setFailure] = useState<Failure>();
  // Requests are compared by what they say, so a caller need not keep their identity.
  const wanted = JSON.stringify(request);
  useEffect(() => {
    const controller = new AbortController();
    const asked = JSON.parse(wanted) as InvestigationRequest;
    keep(asked, controller.signal)
      .then((id) => controller.signal.aborted || locationService.replace(practiceUrl(asked.dataSourceUid, id)))
      .catch((error: unknown) => {
        if (!controller.signal.aborted) {
          setFailure(failureOf(error));
        }
      });
    return () => controller.abort();
  }, [wanted]);
  return failure ? (
    <Alert severity="error" title={failure.sentence}>
      {failure.advice}
    </Alert>
  ) : (
    <LoadingPlaceholder text={t('investigate.practice-runs', 'Investigation running; findings stay hidden …')} />
  );
}

/** Gives the case that an investigation is kept in, once it is over. */
async function keep(request: InvestigationRequest, signal: AbortSignal): Promise<string> {
  let id: string | undefined;
  let failure: Failure | undefined;
  for await (const event of investigate({ ...request, practice: true }, signal)) {
    if (event.type === 'saved') {
      ({ id } = event);
    } else if (event.type === 'unsaved' || event.type === 'failed') {
      failure = event;
    }
  }
  if (!id) {
    throw new FailureError(
      failure?.sentence ?? t('investigate.practice-unkept', 'The investigation was not saved.'),
      failure?.advice
    );
  }
  return id;
}
