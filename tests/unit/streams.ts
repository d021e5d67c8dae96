const encoder = new TextEncoder();

/** A stream of the given chunks that then ends. */
export function streamOf(...chunks: Array<string | Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      }
      controller.close();
    },
  });
}

/** One answer of the backend that a test writes event by event. */
export class LiveAnswer {
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly body: ReadableStream<Uint8Array>;

  constructor() {
    this.body = new ReadableStream({
      start: (controller) => {
        this.controller = controller;
      },
    });
  }

  /** Sends one event as a line. */
  send(event: object): void {
    this.controller?.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
  }

  /** Ends the answer as if the connection had been lost. */
  breakOff(): void {
    this.controller?.error(new TypeError('network error'));
  }

  /** Ends the answer as if the server had finished it. */
  end(): void {
    this.controller?.close();
  }
}

/** What fetch was asked. */
interface Asked {
  url: string;
  body: unknown;
  signal: AbortSignal;
}

/** Lets fetch give this answer; what it is asked is collected in the returned list. */
export function answerFetchWith(answer: (request: Asked) => Response | Promise<Response>): Asked[] {
  const asked: Asked[] = [];
  globalThis.fetch = (url, init) => {
    const body: unknown = init?.body ? JSON.parse(init.body as string) : undefined;
    const request = { url: url as string, body, signal: init?.signal as AbortSignal };
    asked.push(request);
    return Promise.resolve().then(() => answer(request));
  };
  return asked;
}
