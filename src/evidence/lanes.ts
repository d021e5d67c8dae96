import { t } from '@grafana/i18n';
import type { Link, StepResult, Window } from '../api/case.gen';

/** One event of a chain with its number in the list of all. */
export interface Moment {
  link: Link;
  number: number;
}

/** What one step knows of a chain. */
export interface Lane {
  /** key of the step */
  step: string;
  title: string;
  /** whose answers it rests on: metrics, logs, traces */
  signal: string;
  moments: Moment[];
}

/** Sorts the events of a chain by the step that knows them; lanes stand in the order of their first event. */
export function lanesOf(links: Link[], steps: StepResult[]): Lane[] {
  const lanes = new Map<string, Lane>();
  links.forEach((link, index) => {
    const step = steps.find(({ phase, id }) => `${phase}/${id}` === link.step);
    const lane = lanes.get(link.step) ?? {
      step: link.step,
      title: step?.title ?? link.step,
      signal: signalOf(step),
      moments: [],
    };
    lane.moments.push({ link, number: index + 1 });
    lanes.set(link.step, lane);
  });
  return [...lanes.values()];
}

/** The time that an axis for a chain spans, in ms since 1970: from its first event to the end of what was looked at. */
export function spanOf(links: Link[], window: Window): { from: number; to: number } {
  const times = links.map(({ at }) => Date.parse(at));
  const to = Math.max(...times, Date.parse(window.to));
  const from = Math.min(...times, to - 60_000);
  const room = (to - from) * 0.03;
  return { from: from - room, to };
}

function signalOf(step: StepResult | undefined): string {
  const names: Record<string, string> = {
    promql: t('evidence.timeline.metrics', 'metrics'),
    logql: t('evidence.timeline.logs', 'logs'),
    traceql: t('evidence.timeline.traces', 'traces'),
    trace: t('evidence.timeline.traces', 'traces'),
  };
  const signals = (step?.queries ?? []).flatMap(({ language }) => names[language] ?? []);
  return [...new Set(signals)].join(', ');
}
