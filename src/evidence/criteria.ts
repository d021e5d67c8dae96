import type { Finding, Series, StepResult } from '../api/case.gen';

/** A number that must come back to a limit, with the finding that shows it over time. */
interface Criterion {
  name: string;
  /** in the unit of the series */
  limit: number;
  charted: Finding;
  series: Series[];
}

// The backend names a number's limit by the number.
const limitEnding = ', limit';

/** Whether a finding says what numbers must come back to. */
export function hasCriteria({ values }: Finding): boolean {
  return values.some(({ name }) => name.endsWith(limitEnding));
}

/** The numbers of a finding that have a limit beside them, as far as another finding charts the number of that name. */
export function criteriaOf({ values }: Finding, steps: StepResult[]): Criterion[] {
  const charted = steps.flatMap(({ findings }) => findings).filter(({ evidence }) => evidence?.series);
  return values.flatMap((limit) => {
    if (!limit.name.endsWith(limitEnding)) {
      return [];
    }
    const name = limit.name.slice(0, -limitEnding.length);
    const shown = charted.find((finding) => finding.values[0]?.name === name && finding.values[0].unit === limit.unit);
    return shown?.evidence?.series ? [{ name, limit: limit.value, charted: shown, series: shown.evidence.series }] : [];
  });
}
