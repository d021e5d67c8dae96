import type { PlacedSpan } from './spanTree';

/** The ids of the spans whose service, name or one of whose attributes holds the text, in the order of the waterfall. */
export function searchSpans(placed: PlacedSpan[], text: string): string[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) {
    return [];
  }
  const holds = (part: string | undefined) => part?.toLowerCase().includes(wanted) ?? false;
  const pairHolds = ([name, value]: [string, string]) => holds(name) || holds(value) || holds(`${name}=${value}`);
  return placed
    .filter(
      ({ span }) =>
        holds(span.service) ||
        holds(span.name) ||
        holds(span.id) ||
        holds(span.statusMessage) ||
        Object.entries(span.attributes ?? {}).some(pairHolds)
    )
    .map(({ span }) => span.id);
}
