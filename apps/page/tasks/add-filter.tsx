import { useEffect, useRef } from 'preact/hooks';
import { addressNow, navigate } from '../routing/router';
import { CHOICES, FILTERS, withFilter, type FilterName } from './filters';

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
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => closeFrom(menu), []);
  const add = (name: FilterName, value: string): void => {
    if (value === '') return;
    menu.current?.removeAttribute('open');
    navigate(withFilter(addressNow(), name, value));
  };
  return (
    <details class="menu" ref={menu}>
      <summary class="button">Filter</summary>
      <div class="menu-content">
        {OFFERED.map((name) => (
          <FilterInput key={name} name={name} add={(value) => add(name, value)} />
        ))}
      </div>
    </details>
  );
}

/** Closes a menu by a click elsewhere, and by Escape, which leaves the focus on its button. @returns what ends that */
function closeFrom(menu: { readonly current: HTMLDetailsElement | null }): () => void {
  const close = (event: Event): void => {
    const { current } = menu;
    if (current?.open !== true) return;
    if (event instanceof KeyboardEvent) {
      if (event.key !== 'Escape') return;
      current.querySelector('summary')?.focus();
    } else if (event.target instanceof Node && current.contains(event.target)) return;
    current.open = false;
  };
  document.addEventListener('pointerdown', close);
  document.addEventListener('keydown', close);
  return () => {
    document.removeEventListener('pointerdown', close);
    document.removeEventListener('keydown', close);
  };
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
    const time = isTime ? new Date(value) : null;
    if (time !== null && Number.isNaN(time.getTime())) return;
    add(time === null ? value.trim() : time.toISOString());
  };
  const onChange = (event: { readonly currentTarget: HTMLInputElement }): void => take(event.currentTarget);
  return isTime ? (
    <input class="field" type="datetime-local" onChange={onChange} />
  ) : (
    <input class="field" type="text" placeholder={HINTS[name] ?? ''} onChange={onChange} />
  );
}
