import { withParameters } from '../routing/address';
import { addressNow, navigate } from '../routing/router';
import { FILTERS, type FilterName } from './filters';

/** What can be chosen from; other filters take any text. */
const CHOICES: Partial<Readonly<Record<FilterName, readonly string[]>>> = {
  kind: ['workflow', 'schedule', 'edit-media', 'live', 'batch', 'extract-blind-watermark', 'image', 'unknown'],
  confirmation: ['confirmed', 'unconfirmed'],
  contradicted: ['true', 'false'],
  parked: ['true', 'false'],
};

const OFFERED: readonly FilterName[] = [
  ...(['kind', 'error_code', 'confirmation', 'contradicted', 'parked', 'account', 'session_id'] as const),
  ...(['input', 'output', 'received_after', 'received_before', 'updated_after', 'updated_before'] as const),
];

const HINTS: Partial<Readonly<Record<FilterName, string>>> = {
  error_code: '30010',
  input: 'bucket/path or bucket/path*',
  output: '/path or /path*',
  account: 'default',
};

/** A menu that adds a filter to the address. */
export function AddFilter() {
  const add = (name: FilterName, value: string): void => {
    if (value === '') return;
    const address = addressNow();
    const values = new Set([...(address.parameters[name] ?? []), value]);
    navigate(withParameters(address, { [name]: [...values] }));
  };
  return (
    <details class="menu">
      <summary class="button">Filter</summary>
      <div class="menu-content">
        {OFFERED.map((name) => (
          <FilterInput key={name} name={name} add={(value) => add(name, value)} />
        ))}
      </div>
    </details>
  );
}

interface FilterInputProps {
  readonly name: FilterName;
  readonly add: (value: string) => void;
}

function FilterInput({ name, add }: FilterInputProps) {
  const choices = CHOICES[name];
  return (
    <label class="menu-row">
      <span>{FILTERS[name]}</span>
      {choices === undefined ? <ValueField name={name} add={add} /> : <ChoiceField choices={choices} add={add} />}
    </label>
  );
}

function ChoiceField({ choices, add }: { readonly choices: readonly string[]; readonly add: (value: string) => void }) {
  return (
    <select
      class="field"
      value=""
      onChange={(event) => {
        add(event.currentTarget.value);
        event.currentTarget.value = '';
      }}
    >
      <option value="">any</option>
      {choices.map((value) => (
        <option key={value}>{value}</option>
      ))}
    </select>
  );
}

function ValueField({ name, add }: FilterInputProps) {
  const isTime = name.endsWith('_after') || name.endsWith('_before');
  const take = (field: HTMLInputElement): void => {
    const { value } = field;
    if (value === '') return;
    field.value = '';
    add(isTime ? new Date(value).toISOString() : value.trim());
  };
  const onChange = (event: { readonly currentTarget: HTMLInputElement }): void => take(event.currentTarget);
  return isTime ? (
    <input class="field" type="datetime-local" onChange={onChange} />
  ) : (
    <input class="field" type="text" placeholder={HINTS[name] ?? ''} onChange={onChange} />
  );
}
