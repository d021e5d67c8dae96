import { listEnvironments } from '../api/environments';
import { storeKinds, type Settings } from '../api/settings';

/** Whether there is any environment to investigate. */
export function hasEnvironment(): boolean {
  return listEnvironments().length > 0;
}

/** uid of the environment that looks into the given data sources, the first that fits; undefined for none. */
export function environmentOf(...dataSourceUids: Array<string | undefined>): string | undefined {
  const environments = listEnvironments();
  for (const wanted of dataSourceUids.filter(Boolean)) {
    const fitting = environments.find(({ uid, jsonData }) => uid === wanted || stores(jsonData).includes(wanted));
    if (fitting) {
      return fitting.uid;
    }
  }
  return undefined;
}

function stores(settings: Settings): Array<string | undefined> {
  return storeKinds.map((kind) => settings[kind]?.uid);
}
