import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { firstValueFrom, map, Observable, switchMap, type OperatorFunction } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';

/** Grafana's client for its own API, without its retries, its queue and its notices. */
export class HttpBackend implements BackendSrv {
  get<T>(url: string, params?: Record<string, unknown>) {
    return this.request<T>({ url, params });
  }

  delete<T>(url: string, data?: unknown) {
    return this.request<T>({ url, data, method: 'DELETE' });
  }

  post<T>(url: string, data?: unknown) {
    return this.request<T>({ url, data, method: 'POST' });
  }

  patch<T>(url: string, data?: unknown) {
    return this.request<T>({ url, data, method: 'PATCH' });
  }

  put<T>(url: string, data?: unknown) {
    return this.request<T>({ url, data, method: 'PUT' });
  }

  request<T>(options: BackendSrvRequest): Promise<T> {
    return firstValueFrom(this.fetch<T>(options).pipe(map(({ data }) => data)));
  }

  datasourceRequest<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    return firstValueFrom(this.fetch<T>(options));
  }

  fetch<T>(options: BackendSrvRequest): Observable<FetchResponse<T>> {
    return answerTo(options).pipe(readWhole<T>(options));
  }

  chunked(options: BackendSrvRequest): Observable<FetchResponse<Uint8Array | undefined>> {
    return answerTo(options).pipe(
      switchMap((response) => (response.body ? chunksOf(response, response.body, options) : []))
    );
  }
}

function answerTo({ url, method = 'GET', params, data, headers }: BackendSrvRequest): Observable<Response> {
  const query = params ? `?${new URLSearchParams(params as Record<string, string>).toString()}` : '';
  return fromFetch(new URL(`${url}${query}`, window.location.origin).href, {
    method,
    headers: { 'Content-Type': 'application/json', ...(headers as Record<string, string> | undefined) },
    body: data === undefined ? undefined : JSON.stringify(data),
  });
}

function readWhole<T>(options: BackendSrvRequest): OperatorFunction<Response, FetchResponse<T>> {
  return switchMap(async (response) => {
    const text = await response.text();
    const isJson = response.headers.get('Content-Type')?.includes('json');
    const answer = described(response, (isJson ? JSON.parse(text) : text) as T, options);
    if (!response.ok) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what plugins expect of Grafana
      throw answer;
    }
    return answer;
  });
}

function chunksOf(response: Response, body: ReadableStream<Uint8Array>, options: BackendSrvRequest) {
  return new Observable<FetchResponse<Uint8Array | undefined>>((subscriber) => {
    const reader = body.getReader();
    const pump = async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        subscriber.next(described(response, part.value, options));
      }
      subscriber.complete();
    };
    pump().catch((error: unknown) => subscriber.error(error));
    return () => void reader.cancel();
  });
}

function described<T>(response: Response, data: T, config: BackendSrvRequest): FetchResponse<T> {
  const { status, statusText, ok, headers, redirected, type, url } = response;
  return { status, statusText, ok, headers, redirected, type, url, data, config };
}
