import { waitFor } from '@testing-library/react';
import { streamOf } from '../../tests/unit/streams';
import { readLines } from './ndjson';

async function linesOf(stream: ReadableStream<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(stream)) {
    lines.push(line);
  }
  return lines;
}

describe('reading lines from a stream', () => {
  it('gives each line of a chunk that holds several', async () => {
    expect(await linesOf(streamOf('a\nb\n', 'c\n'))).toEqual(['a', 'b', 'c']);
  });

  it('joins a line that chunks cut anywhere', async () => {
    expect(await linesOf(streamOf('{"ty', 'pe":1', '}\n{', '}\n'))).toEqual(['{"type":1}', '{}']);
  });

  it('joins a character whose bytes are cut', async () => {
    const bytes = new TextEncoder().encode('p99 ≥ 2 s 🚨\nnext\n');
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await linesOf(streamOf(...single))).toEqual(['p99 ≥ 2 s 🚨', 'next']);
  });

  it('gives a last line that has no line feed', async () => {
    expect(await linesOf(streamOf('a\nb'))).toEqual(['a', 'b']);
  });

  it('leaves blank lines out', async () => {
    expect(await linesOf(streamOf('a\n\n  \r\nb\n'))).toEqual(['a', 'b']);
  });

  it('gives nothing for an empty stream', async () => {
    expect(await linesOf(streamOf())).toEqual([]);
  });

  it('lets a stream that is left early come to its end', async () => {
    const ended = jest.fn();
    for await (const line of readLines(streamOf('a\n', 'b\n', 'c\n'), ended)) {
      expect(line).toBe('a');
      break;
    }
    await waitFor(() => expect(ended).toHaveBeenCalledTimes(1));
  });
});
