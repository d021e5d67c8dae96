import { DataSourcePicker } from '@grafana/runtime';
import { onlyOf } from '../api/environments';
import { dataSourceType } from '../api/pluginIds';

interface Props {
  /** of the field's input, for its label */
  id: string;
  current: string;
  onChange: (uid: string) => void;
}

/** Chooses one of the environments that whoever looks may see. */
export function EnvironmentPicker({ id, current, onChange }: Props) {
  return (
    <DataSourcePicker
      inputId={id}
      {...onlyOf(dataSourceType)}
      current={current}
      onChange={({ uid }) => onChange(uid)}
      noDefault
    />
  );
}
