import type { StormCall } from '../../api/storms';

/** A service in its place: columns from callers on the left to what they call on the right. */
export interface PlacedService {
  service: string;
  column: number;
  row: number;
}

/**
 * Places the services of calls in columns, each left of everything that it calls, unless in a circle; within a column near those that call
 * it.
 */
export function placeServices(calls: StormCall[]): PlacedService[] {
  const callees = new Map<string, string[]>();
  const services = new Set<string>();
  for (const { caller, callee } of calls) {
    callees.set(caller, [...(callees.get(caller) ?? []), callee]);
    services.add(caller).add(callee);
  }
  const depths = new Map<string, number>();
  const deep = (service: string, above: Set<string>): number => {
    const known = depths.get(service);
    if (known !== undefined) {
      return known;
    }
    const below = (callees.get(service) ?? []).filter((callee) => !above.has(callee) && callee !== service);
    const depth = Math.max(0, ...below.map((callee) => 1 + deep(callee, new Set([...above, service]))));
    depths.set(service, depth);
    return depth;
  };
  const names = [...services].sort();
  names.forEach((service) => deep(service, new Set([service])));
  const last = Math.max(0, ...depths.values());
  return rowsOf(names, (service) => last - (depths.get(service) ?? 0), last, calls);
}

function rowsOf(names: string[], columnOf: (s: string) => number, last: number, calls: StormCall[]): PlacedService[] {
  const rows = new Map<string, number>();
  const placed: PlacedService[] = [];
  for (let column = 0; column <= last; column++) {
    const callersRow = (service: string) => {
      const at = calls.flatMap(({ caller, callee }) => (callee === service ? (rows.get(caller) ?? []) : []));
      return at.length > 0 ? at.reduce((sum, row) => sum + row, 0) / at.length : 0;
    };
    names
      .filter((service) => columnOf(service) === column)
      .map((service) => ({ service, near: callersRow(service) }))
      .sort((a, b) => a.near - b.near)
      .forEach(({ service }, row) => {
        rows.set(service, row);
        placed.push({ service, column, row });
      });
  }
  return placed;
}
