import { storesRead } from './storesRead';

describe('what stores read', () => {
  it.each([
    [undefined, ''],
    [{}, ''],
    [{ samples: 1204 }, '1,204 samples'],
    [{ samples: 12, logBytes: 3 * 2 ** 20 }, '12 samples, 3 MiB of log lines'],
    [{ traceBytes: 2 ** 20 }, '1 MiB of traces'],
  ])('%j is "%s"', (read, text) => expect(storesRead(read)).toBe(text));
});
