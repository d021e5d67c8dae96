import { t } from '@grafana/i18n';
import { config } from '@grafana/runtime';
import { FailureError, type Failure } from './failure';

/** The address of a resource of a data source. */
export function resourceUrl(dataSourceUid: string, resource: string): string {
  return `${config.appSubUrl}/api/datasources/uid/${encodeURIComponent(dataSourceUid)}/resources/${resource}`;
}

/** Waits for an answer. Throws a FailureError when there is none or when it is a refusal; a reader's abort stays one. */
export async function answerOf(asked: Promise<Response>): Promise<Response> {
  const response = await asked.catch((error: unknown) => {
    throw isAbort(error) ? error : unreachable();
  });
  if (!response.ok) {
    throw await refusal(response);
  }
  return response;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function unreachable(): FailureError {
  return new FailureError(
    t('api.unreachable', 'Grafana did not answer.'),
    t('api.unreachable-advice', 'Check your network connection and that Grafana is running, then run it again.')
  );
}

/** Makes a failure of an answer that refuses, in the backend's words where it has some. */
async function refusal(response: Response): Promise<FailureError> {
  const answer = (await response.json().catch(() => ({}))) as Partial<Failure & { message: string }>;
  if (answer.sentence) {
    return new FailureError(answer.sentence, answer.advice);
  }
  const { status } = response;
  const sentence = t('api.refused', 'Grafana refused the investigation with status {{status}}: {{reason}}', {
    status,
    reason: answer.message ?? (response.statusText || t('api.no-reason', 'no reason given')),
    interpolation: { escapeValue: false },
  });
  return new FailureError(sentence, adviceFor(status));
}

function adviceFor(status: number): string {
  switch (status) {
    case 401:
      return t('api.advice-401', 'Sign in to Grafana again.');
    case 403:
      return t('api.advice-403', 'Ask an administrator for permission to query this Faultline data source.');
    case 404:
      return t('api.advice-404', 'Choose another environment: this Faultline data source does not exist any more.');
    default:
      return t('api.advice-other', 'Open the Faultline data source and use "Save & test": it says what is wrong.');
  }
}
