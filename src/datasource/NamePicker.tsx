import { getTemplateSrv } from '@grafana/runtime';
import { Combobox, type ComboboxOption } from '@grafana/ui';

interface Props {
  id: string;
  placeholder: string;
  value: string | undefined;
  /** asks for the names that there are, the likeliest first */
  known: () => Promise<string[]>;
  /** with an empty name when the choice is taken back */
  onChoose: (name: string) => void;
}

const width = 30; // of eight pixels

/** Picks a name that the environment has, a dashboard's variable, or whatever is typed: what is silent now has a name too. */
export function NamePicker({ id, placeholder, value, known, onChoose }: Props) {
  const offer = async (typed: string): Promise<ComboboxOption[]> => {
    const variables = getTemplateSrv()
      .getVariables()
      .map(({ name }) => `$${name}`);
    const wanted = typed.toLowerCase();
    return [...variables, ...(await known())]
      .filter((name) => name.toLowerCase().includes(wanted))
      .map((name) => ({ value: name }));
  };
  return (
    <Combobox
      id={id}
      width={width}
      placeholder={placeholder}
      isClearable
      createCustomValue
      options={offer}
      value={value ? { value } : null}
      onChange={(chosen) => onChoose(chosen?.value.trim() ?? '')}
    />
  );
}
