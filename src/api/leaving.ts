import { readLines } from './ndjson';
import { resourceUrl } from './resource';

// Grafana logs an error, and counts a failed request, for each answer of a data source that a page breaks off. So pages let
// answers come that nobody waits for any more, and have streams ended by the one who sends them.

/** ms that a stream may take to end once its sender was told that its reader leaves; then it is broken off after all */
const patience = 5000;

/** An answer as long as it is wanted: an abort ends the waiting, and the answer still comes. */
export function whileWanted(asked: Promise<Response>, signal?: AbortSignal | null): Promise<Response> {
  if (!signal) {
    return asked;
  }
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(left());
      asked.then((response) => response.arrayBuffer()).catch(() => undefined);
    };
    if (signal.aborted) {
      leave();
      return;
    }
    signal.addEventListener('abort', leave, { once: true });
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** What is streamed by which data source, and how what refuses it is thrown. */
interface Streamed {
  dataSourceUid: string;
  resource: string;
  init?: RequestInit;
  accept: (asked: Promise<Response>) => Promise<Response>;
  /** it may end when the browser is about to leave the page, which it then may not do: whoever follows it asks again */
  endsBeforeUnload?: boolean;
}

/**
 * Yields the lines that a resource streams. An abort, or leaving the loop early, ends neither the connection nor the stream at
 * once: the sender ends it, told by its name.
 */
export async function* streamedLines(streamed: Streamed, signal: AbortSignal): AsyncGenerator<string> {
  const { dataSourceUid, resource, init, accept, endsBeforeUnload } = streamed;
  if (signal.aborted) {
    throw left();
  }
  const name = newName();
  const connection = new AbortController();
  const announce = () => {
    void fetch(resourceUrl(dataSourceUid, `streams/${name}`), { method: 'DELETE', keepalive: true }).catch(
      () => undefined
    );
  };
  const leave = () => {
    announce();
    setTimeout(() => connection.abort(), patience);
  };
  signal.addEventListener('abort', leave, { once: true });
  if (endsBeforeUnload) {
    window.addEventListener('beforeunload', announce);
  }
  const ended = () => {
    signal.removeEventListener('abort', leave);
    window.removeEventListener('beforeunload', announce);
  };
  const url = resourceUrl(dataSourceUid, `${resource}${resource.includes('?') ? '&' : '?'}stream=${name}`);
  const asked = fetch(url, { ...init, signal: connection.signal });
  // Of what was refused nothing streams, and there is no end that anybody would have to be told of.
  asked.then((response) => response.ok || ended(), ended);
  const { body } = await accept(whileWanted(asked, signal));
  if (!body) {
    ended();
    return;
  }
  yield* readLines(body, ended);
}

function newName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function left(): DOMException {
  return new DOMException('The page that asked is gone.', 'AbortError');
}
