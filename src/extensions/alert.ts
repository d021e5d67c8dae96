import { investigatePath, investigationUrl, readInvestigationLink } from '../links/link';
import { subjectOf } from '../links/subject';
import { hasEnvironment } from './environment';

/** What Grafana tells of an instance of an alert. */
export interface AlertContext {
  instance?: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    /** when it began, as a date with time; a year of 1 for one that is not active */
    activeAt?: string;
  };
}

/** Where an alert leads to: what its own link says, with its labels and time; undefined when neither names a service. */
export function alertPath({ instance }: AlertContext): string | undefined {
  const { labels = {}, annotations = {}, activeAt } = unwrapped(instance ?? {});
  const link = ownLink(annotations.investigate_url);
  if (!hasEnvironment() || !(link.service ?? subjectOf({ ...link.labels, ...labels })?.service)) {
    return undefined;
  }
  const at = activeAt && Date.parse(activeAt) > 0 ? activeAt : undefined;
  return investigationUrl({ at, ...link, labels: { ...link.labels, ...labels } });
}

/**
 * The properties of an object that Grafana hands over within a proxy against changes. Where the object is frozen, as the
 * alerts of its store are, that proxy throws when a property that is an object is read; its descriptor can be read.
 */
function unwrapped<T extends object>(guarded: T): Partial<T> {
  const plain: Partial<T> = {};
  for (const name of Object.keys(guarded) as Array<keyof T>) {
    plain[name] = Object.getOwnPropertyDescriptor(guarded, name)?.value as T[keyof T];
  }
  return plain;
}

function ownLink(address = '') {
  const at = address.indexOf(`${investigatePath}?`);
  return at >= 0 ? readInvestigationLink(address.slice(at + investigatePath.length)) : {};
}
