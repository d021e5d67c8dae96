import { TestEnvironment } from 'jest-environment-jsdom';

/** jsdom with the parts of the web platform that the page uses and jsdom lacks; Node has them. */
export default class BrowserEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, {
      fetch,
      Request,
      Response,
      Headers,
      ReadableStream,
      TextEncoder,
      TextDecoder,
      structuredClone,
      MessageChannel: undefined,
    });
  }
}
