import type { Finding, Value } from '../api/case.gen';

/** The numbers of a finding that are worth a look beside its sentence. */
interface Measured {
  /** each for itself */
  single: Value[];
  /** of several things of one kind, to be compared with each other */
  compared: Value[];
}

const mostSingle = 2;

/**
 * What a person compares: numbers beside their chart, and numbers of several things. All others the sentence has already,
 * and the fold below it lists them; those of dependencies stand in their table.
 */
export function measuredOf({ severity, values, evidence }: Finding): Measured {
  if (severity === 'info' || severity === 'normal' || evidence?.dependencies) {
    return { single: [], compared: [] };
  }
  const normal = values.filter(({ baseline, unit }) => baseline !== undefined && unit !== 'unix time');
  const labelled = normal.filter(({ labels }) => labels && Object.keys(labels).length > 0);
  const rows = new Set(labelled.map(({ labels }) => JSON.stringify(labels)));
  const isTable = rows.size > 1;
  const compared = isTable ? labelled : [];
  const single = evidence?.series ? normal.filter((value) => !compared.includes(value)) : [];
  return { single: single.slice(0, mostSingle), compared };
}
