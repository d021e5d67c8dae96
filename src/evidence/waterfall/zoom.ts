/** The part of a trace that a waterfall shows: from and to as shares of its duration, 0 to 1. */
export interface Zoom {
  from: number;
  to: number;
}

/** The whole trace. */
export const whole: Zoom = { from: 0, to: 1 };

const least = 1e-5; // share of the trace, below which a drag or a key goes no further
const step = 0.2; // share of what is shown

/** Shows the part between two moments, whichever comes first; a part too short to see is left alone. */
export function between(one: number, other: number): Zoom | undefined {
  const [from, to] = [Math.max(0, Math.min(one, other)), Math.min(1, Math.max(one, other))];
  return to - from < least ? undefined : { from, to };
}

/** Shows less around the middle where by is positive, more where it is negative. */
export function closer({ from, to }: Zoom, by: 1 | -1): Zoom {
  const length = Math.min(1, Math.max(least, (to - from) * (by > 0 ? 0.5 : 2)));
  const middle = (from + to) / 2;
  const start = Math.min(1 - length, Math.max(0, middle - length / 2));
  return { from: start, to: start + length };
}

/** Shows what comes later, or earlier, by a part of what is shown; the ends of the trace stop it. */
export function along({ from, to }: Zoom, direction: 1 | -1): Zoom {
  const length = to - from;
  const start = Math.min(1 - length, Math.max(0, from + direction * step * length));
  return { from: start, to: start + length };
}

/** Where a moment of the trace lies in the part that is shown: 0 at its left end, 1 at its right. */
export function place(moment: number, { from, to }: Zoom): number {
  return (moment - from) / (to - from);
}
