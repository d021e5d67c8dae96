import { aFinding, aStep } from '../../tests/unit/cases';
import { criteriaOf, hasCriteria } from './criteria';

const series = [{ unit: 's' as const, points: [{ t: '2026-03-10T10:40:00Z', v: 2 }] }];
const criterion = { unit: 's' as const, query: 'q', scale: 1, normal: 0.4, now: 2, holds: false };
const criteria = [
  { ...criterion, id: 'p99-latency', name: 'any words', most: 0.6 },
  { ...criterion, id: 'request-rate', name: 'others', least: 5 },
  { ...criterion, id: 'not-charted', name: 'p99', most: 1 },
];
const finding = aFinding({ values: [], evidence: { criteria } });
const steps = [
  aStep({
    findings: [
      aFinding({ sentence: 'p99', evidence: { series } }),
      aFinding({ sentence: 'whatever', shows: 'p99-latency', evidence: { series } }),
      aFinding({ sentence: 'others', shows: 'request-rate', evidence: { series } }),
    ],
  }),
];

it('finds the chart of each criterion by its id, whatever the words are', () => {
  expect(hasCriteria(finding)).toBe(true);
  expect(hasCriteria(aFinding())).toBe(false);
  const shown = criteriaOf(finding, steps).map(({ name, limit, charted }) => [name, limit, charted.sentence]);
  expect(shown).toEqual([
    ['any words', 0.6, 'whatever'],
    ['others', 5, 'others'],
  ]);
});
