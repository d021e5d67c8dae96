import type { Explained, Investigated, Storm, StormAlert } from '../../api/storms';
import { hrefOf, investigationUrl } from '../../links/link';

/** An alert with how a cause explains it. */
export interface ExplainedAlert {
  alert: StormAlert;
  by: Explained;
}

/** The alerts of a storm by their ids. */
export function byId({ alerts }: Storm): Map<string, StormAlert> {
  return new Map(alerts.map((alert) => [alert.id, alert]));
}

/** The alerts that a cause explains, those nearest to it first. */
export function explainedBy(storm: Storm, cause: string): ExplainedAlert[] {
  const alerts = byId(storm);
  return storm.explained
    .filter((by) => by.cause === cause)
    .flatMap((by) => {
      const alert = alerts.get(by.alert);
      return alert ? [{ alert, by }] : [];
    })
    .sort((a, b) => a.by.path.length - b.by.path.length || beganOf(a.alert) - beganOf(b.alert));
}

/** When an alert began, in ms since 1970; NaN where nobody knows. */
export function beganOf({ began }: StormAlert): number {
  return isKnown(began.to) ? Date.parse(began.to) : NaN;
}

/** The backend writes the year 1 for a moment that it does not know. */
export function isKnown(time: string): boolean {
  return Date.parse(time) > 0;
}

/** The address of an investigation that was made for a storm. */
export function investigatedHref(ds: string, { subject, window }: Investigated): string {
  const { service, operation, namespace, environment, cluster } = subject;
  return hrefOf(investigationUrl({ ds, service, operation, namespace, environment, cluster, window }));
}
