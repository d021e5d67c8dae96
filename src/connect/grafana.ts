import { getBackendSrv, isFetchError } from '@grafana/runtime';
import { FailureError } from '../api/failure';

/** Says what to do about a refusal, by its status; undefined where the status says nothing more than the answer. */
export type Advice = (status: number) => string | undefined;

interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  data?: unknown;
  params?: Record<string, unknown>;
}

/** Asks Grafana's API with the session of whoever looks at the page. Throws a FailureError with what to do. */
export async function askGrafana<T>(what: string, request: Request, advice: Advice): Promise<T> {
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the same as fetch, with a promise
    const { data } = await getBackendSrv().datasourceRequest<T>({ method: 'GET', ...request, showErrorAlert: false });
    return data;
  } catch (error) {
    if (!isFetchError<{ message?: string }>(error)) {
      throw error;
    }
    const { status, data } = error;
    const message = data.message ?? error.statusText ?? '';
    throw new FailureError(`${what} (${[status, message].filter(Boolean).join(': ')})`, advice(status));
  }
}

/** Like askGrafana, for what may not be there: undefined on 404. */
export async function askIfThere<T>(what: string, request: Request, advice: Advice): Promise<T | undefined> {
  let refusedWith = 0;
  try {
    return await askGrafana<T>(what, request, (status) => {
      refusedWith = status;
      return advice(status);
    });
  } catch (error) {
    if (refusedWith !== 404) {
      throw error;
    }
    return undefined;
  }
}
