import type { Phase } from '../../api/case.gen';

/** How long somebody has been in each phase; the clock of the current one runs. */
export interface PracticeClock {
  current: Phase;
  /** when the current phase was entered, ms since 1970 */
  since: number;
  /** ms in each phase that was left */
  spent: Partial<Record<Phase, number>>;
}

export const startClock = (now: number): PracticeClock => ({ current: 'impact', since: now, spent: {} });

/** Goes on to another phase; the time until now is the current one's. */
export function enterPhase(clock: PracticeClock, phase: Phase, now: number): PracticeClock {
  const spent = { ...clock.spent, [clock.current]: spentIn(clock, clock.current, now) };
  return { current: phase, since: now, spent };
}

/** ms in a phase until now. */
export function spentIn({ current, since, spent }: PracticeClock, phase: Phase, now: number): number {
  return (spent[phase] ?? 0) + (phase === current ? Math.max(0, now - since) : 0);
}

/** Writes a length of time as a clock shows it, for example 75,000 ms as "1:15". */
export function clockFace(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
