import type { ExitCriterion, Finding, Series, StepResult } from '../api/case.gen';

/** A number that must come back to a limit, with the finding that shows it over time. */
interface Criterion {
  id: string;
  name: string;
  /** in the unit of the series */
  limit: number;
  charted: Finding;
  series: Series[];
}

/** Whether a finding says what numbers must come back to. */
export function hasCriteria({ evidence }: Finding): boolean {
  return Boolean(evidence?.criteria?.length);
}

/** The criteria of a finding, as far as another finding shows the number over time. */
export function criteriaOf({ evidence }: Finding, steps: StepResult[]): Criterion[] {
  const charted = steps.flatMap(({ findings }) => findings);
  return (evidence?.criteria ?? []).flatMap(({ id, name, most, least }: ExitCriterion) => {
    const shown = charted.find((finding) => finding.shows === id && finding.evidence?.series);
    const limit = most ?? least;
    return shown?.evidence?.series && typeof limit === 'number'
      ? [{ id, name, limit, charted: shown, series: shown.evidence.series }]
      : [];
  });
}
