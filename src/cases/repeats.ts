import type { Entry } from '../api/case.gen';

/** An entry of a log, and how often an investigation came to the same verdict again. */
interface ShownEntry {
  entry: Entry;
  again: number;
  /** when it was written the last time, where it was written again */
  last?: string;
}

/**
 * Leaves out what says nothing new: everybody who opens an investigation has it run, and mostly it ends as before. The entry
 * with the chosen id is shown in any case.
 */
export function withoutRepeats(entries: Entry[], chosen?: string): ShownEntry[] {
  const shown: ShownEntry[] = [];
  let verdict: ShownEntry | undefined;
  for (const entry of entries) {
    const isVerdict = entry.kind === 'investigated';
    if (isVerdict && verdict && verdict.entry.verdict === entry.verdict && entry.id !== chosen) {
      verdict.again += 1;
      verdict.last = entry.at;
      continue;
    }
    const next: ShownEntry = { entry, again: 0 };
    shown.push(next);
    verdict = isVerdict ? next : verdict;
  }
  return shown;
}
