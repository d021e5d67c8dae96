import type { Candidate, Case, Finding, Query, StepResult } from '../../src/api/case.gen';

const window = { from: '2026-03-10T10:30:00Z', to: '2026-03-10T10:47:00Z' };

/** A query that was answered with one row in 12 ms. */
export function aQuery(parts: Partial<Query> = {}): Query {
  return {
    text: 'up',
    language: 'promql',
    dataSource: 'prom',
    window,
    rows: 1,
    milliseconds: 12,
    bytes: 100,
    ...parts,
  };
}

/** A critical finding without numbers. */
export function aFinding(parts: Partial<Finding> = {}): Finding {
  return { id: '1', sentence: 'Error rate is 7.3%, normally 0.1%.', severity: 'critical', values: [], ...parts };
}

/** The step that compares the error rate, which found something. */
export function aStep(parts: Partial<StepResult> = {}): StepResult {
  return {
    phase: 'impact',
    id: 'error-rate',
    title: 'Error rate',
    outcome: 'found',
    findings: [aFinding()],
    queries: [aQuery()],
    milliseconds: 40,
    ...parts,
  };
}

/** A case about the checkout of order-service in which nothing has been learned yet. */
export function aCase(parts: Partial<Case> = {}): Case {
  return {
    version: 2,
    subject: { service: 'order-service', operation: 'POST /api/checkout' },
    window,
    started: window.to,
    steps: [],
    facts: {},
    verdict: {
      level: 'no clear cause',
      sentence: '',
      statement: '',
      candidates: [],
      chain: [],
      normal: [],
      unchecked: [],
    },
    cost: { queries: 0, milliseconds: 0, upstreamMilliseconds: 0, bytes: 0 },
    ...parts,
  };
}

/** A candidate that nothing speaks for yet: a network policy that broke CoreDNS. */
export function aCandidate(parts: Partial<Candidate> = {}): Candidate {
  return {
    service: 'coredns',
    kind: 'breaking-change',
    target: { type: 'NetworkPolicy', name: 'restrict-coredns', namespace: 'kube-system' },
    component: 'networkpolicy/restrict-coredns',
    score: 0.9,
    because: [],
    ...parts,
  };
}

/** Earlier cases that were like one, as the backend answers. */
export const foundBefore = {
  compared: 3,
  unread: 1,
  more: false,
  cases: [
    {
      case: { id: 'old', title: '2026-01-02 order-service', service: 'order-service', opened: '2026-03-10T10:47:00Z' },
      score: 0.8,
      because: ['The same cause: networkpolicy/x of coredns.'],
      cause: 'Likely: x.',
      fix: { at: '2026-03-10T10:47:00Z', by: 'Ben', text: 'took the policy away' },
      recovered: true,
      took: 840,
      how: 'from the onset until the exit criteria held',
    },
  ],
};
