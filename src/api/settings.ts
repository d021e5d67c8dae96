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
export const writtenSettings = ['labels', 'conventions', 'externals', 'runbooks', 'checks'] as const;
export type WrittenSetting = (typeof writtenSettings)[number];

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
  /** How the backend reaches this Grafana, when its public address is not the way. */
  grafanaUrl?: string;
}

/** What is kept encrypted and never comes back to the page. */
export interface SecureSettings {
  /** Service account token of the same org, with which the backend queries the data sources above. */
  token?: string;
}
