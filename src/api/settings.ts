import type { DataSourceJsonData } from '@grafana/data';

/** Where one kind of telemetry is: a data source of this Grafana, or a server that the backend reaches directly. */
export interface Store {
  uid?: string;
  url?: string;
}

/** The three kinds of telemetry that an environment consists of. */
export const storeKinds = ['metrics', 'traces', 'logs'] as const;
export type StoreKind = (typeof storeKinds)[number];

/** Settings that are written as JSON; the backend checks them, and names what is wrong on Save & test. */
export const writtenSettings = [
  'labels',
  'conventions',
  'externals',
  'runbooks',
  'checks',
  'owners',
  'annotations',
] as const;
export type WrittenSetting = (typeof writtenSettings)[number];

/** What a receiver of alerts understands: the senders' own webhook, Slack's text, or what a template makes. */
export const receiverTypes = ['webhook', 'slack', 'json'] as const;
export type ReceiverType = (typeof receiverTypes)[number];

/** Where alerts are passed on to. Its secrets are `receiver.<name>.url` and `receiver.<name>.authorization`. */
export interface Receiver {
  name: string;
  type: ReceiverType;
  /** unless the address is a secret */
  url?: string;
  /** it may be in a private network */
  internal?: boolean;
  /** of JSON, for the type json alone */
  template?: string;
}

/** Where alerts are passed on to with their verdict. */
export interface Relay {
  /** how long an alert waits for its verdict, as Go writes durations, for example "20s" */
  deadline?: string;
  receivers?: Receiver[];
}

/** Settings of one environment, as they are stored and provisioned. */
export interface Settings
  extends DataSourceJsonData, Partial<Record<StoreKind, Store>>, Partial<Record<WrittenSetting, unknown>> {
  /** name of a recording that comes with the plugin and answers in the stores' place */
  recording?: string;
  cases?: {
    /** after which closed cases are deleted, as Go writes durations, for example "8760h" */
    retention?: string;
  };
  /** regular expressions of what is masked in saved cases beside the usual secrets */
  masks?: string[];
  relay?: Relay;
  /** How the backend reaches this Grafana, when its public address is not the way. */
  grafanaUrl?: string;
}

/** What is kept encrypted and never comes back to the page. */
export interface SecureSettings {
  /** Service account token of the same org, with which the backend queries the data sources above. */
  token?: string;
  [ofReceiver: ReceiverSecret]: string | undefined;
}

/** The key of a receiver's secret. */
export type ReceiverSecret = `receiver.${string}.${'url' | 'authorization'}`;

/** The keys of a receiver's secrets. */
export function secretsOf(name: string): Record<'url' | 'authorization', ReceiverSecret> {
  return { url: `receiver.${name}.url`, authorization: `receiver.${name}.authorization` };
}
