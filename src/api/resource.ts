import { t } from '@grafana/i18n';
import { config } from '@grafana/runtime';
import { FailureError, type Failure } from './failure';

/** What Grafana or the backend said no to, and nobody's answer. */
export class Refusal extends FailureError {
  constructor(
    { sentence, advice }: Failure,
    /** of the answer; 0 where there was none */
    readonly status: number
  ) {
    super(sentence, advice);
  }

  /** Nobody answered, or somebody who could not: nothing is wrong with the request itself, and it may succeed later. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 500;
  }
}

/** The address of a resource of a data source. */
export function resourceUrl(dataSourceUid: string, resource: string): string {
  return `${config.appSubUrl}/api/datasources/uid/${encodeURIComponent(dataSourceUid)}/resources/${resource}`;
}

/** Waits for an answer. Throws a Refusal when there is none or when it says no; a reader's abort stays one. */
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

function unreachable(): Refusal {
  const sentence = t('api.unreachable', 'Grafana did not answer.');
  const advice = t(
    'api.unreachable-advice',
    'Check your network connection and that Grafana is running, then try again.'
  );
  return new Refusal({ sentence, advice }, 0);
}

/** Makes a failure of an answer that says no, in the backend's words where it has some. */
async function refusal(response: Response): Promise<Refusal> {
  const answer = (await response.json().catch(() => ({}))) as Partial<Failure & { message: string }>;
  const { status } = response;
  if (answer.sentence) {
    return new Refusal({ sentence: answer.sentence, advice: answer.advice }, status);
  }
  const sentence = t('api.refused', 'Grafana rejected the request (status {{status}}): {{reason}}', {
    status,
    reason: answer.message ?? (response.statusText || t('api.no-reason', 'no reason given')),
    interpolation: { escapeValue: false },
  });
  return new Refusal({ sentence, advice: adviceFor(status) }, status);
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
      return t('api.advice-other', 'Open the Faultline data source and select "Save & test" to see what is wrong.');
  }
}
