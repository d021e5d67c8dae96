/** The fields of a case whose values are words for people, by what else the object that has them has. */
const displayed: Array<{ beside: string[]; words: string[] }> = [
  { beside: ['outcome', 'findings'], words: ['title', 'reason', 'advice', 'notes'] }, // a step
  { beside: ['sentence', 'severity'], words: ['sentence', 'method'] }, // a finding
  { beside: ['name', 'value', 'unit'], words: ['name'] }, // a value
  { beside: ['points'], words: ['name'] }, // a series
  { beside: ['why', 'changes', 'step'], words: ['why'] }, // a command
  { beside: ['statement'], words: ['sentence', 'statement', 'normal', 'unchecked'] }, // a verdict
  { beside: ['kind', 'target'], words: ['component', 'because'] }, // a candidate
  { beside: ['about', 'step'], words: ['sentence'] }, // a link of the chain
  { beside: ['what', 'now', 'normal'], words: ['what'] }, // a comparison
  { beside: ['what', 'action'], words: ['what', 'text'] }, // a change
  { beside: ['holds', 'query'], words: ['name'] }, // an exit criterion
  { beside: ['trace', 'reason'], words: ['reason', 'shape'] }, // the example
  { beside: ['span', 'reason'], words: ['reason'] }, // the culprit
  { beside: ['sentence', 'at', 'id'], words: ['sentence'] }, // a pin
  { beside: ['before', 'after', 'limit'], words: ['name'] }, // a reading
];

/** A copy of a value in which every text that is there for people has other words. Their moments are gone with them. */
export function reworded<T>(value: T, words: () => string): T {
  return other(value, words) as T;
}

function other(value: unknown, words: () => string): unknown {
  if (Array.isArray(value)) {
    return value.map((part) => other(part, words));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const replaced = displayed
    .filter(({ beside }) => beside.every((key) => key in value))
    .flatMap((entry) => entry.words);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !/^moments$|Moments$/.test(key))
      .map(([key, part]: [string, unknown]) => [key, replaced.includes(key) ? said(part, words) : other(part, words)])
  );
}

const said = (part: unknown, words: () => string): unknown =>
  Array.isArray(part) ? part.map(() => words()) : typeof part === 'string' && part ? words() : part;

/** Picks from a list, always in the same order for the same seed (a linear congruential generator, as in Numerical Recipes). */
export function picking<T>(list: readonly [T, ...T[]], seed: number): () => T {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return list[(state >>> 8) % list.length] ?? list[0];
  };
}
