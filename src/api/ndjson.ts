/**
 * Yields the lines of a byte stream as they become complete. Chunks may end anywhere, inside a character too. Blank lines
 * are left out; a last line without its line feed is yielded, since only the reader of its content can tell whether it is
 * whole. Whoever leaves the loop early leaves the stream to come to its end by itself; ended is called then, as at any end.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>, ended?: () => void): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split('\n');
      rest = done ? '' : (lines.pop() ?? '');
      yield* lines.filter((line) => line.trim() !== '');
      if (done) {
        return;
      }
    }
  } finally {
    void readAll(reader).finally(ended);
  }
}

// Browsers break streams off that nothing refers to any more, even while they are read.
const leftToEnd = new Set<ReadableStreamDefaultReader<Uint8Array>>();

/** Reads what is left of a stream, and forgets it. */
async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  leftToEnd.add(reader);
  try {
    while (!(await reader.read()).done) {
      // nobody wants it any more
    }
  } catch {
    // it has broken off, and that is an end too
  } finally {
    leftToEnd.delete(reader);
  }
}
