import { useEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../frame/keys';
import { oneOf, withParameters, type Address } from '../routing/address';
import { addressNow, navigate, useAddress } from '../routing/router';
import { withFilter } from './filters';
import { COMPLETIONS, typedSearch, type TypedFilter } from './typed-filters';

/** A search begins so long after the last key, ms. */
const TYPING_MS = 300;

/** Shorter texts are not searched for. */
const SHORTEST = 3;

const LIST = 'search-completions';

/** Searches while it is typed; filters such as `is:failed` become chips when Enter is pressed or a completion is chosen. */
export function SearchField() {
  const asked = oneOf(useAddress(), 'q') ?? '';
  const [typed, setTyped] = useTyped(asked);
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.select() });
  const take = (value: string): void => {
    const { text } = takeTyped(value);
    setTyped(text);
  };
  return (
    <label class="search-field">
      <span class="hidden">Search</span>
      <input
        ref={field}
        class="field"
        type="search"
        list={LIST}
        placeholder="Search ids, sessions, errors, paths; or is:failed, kind:live, …"
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={({ currentTarget: { value } }) => (isWhole(value) ? take(value) : setTyped(value))}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key === 'Enter') take(event.currentTarget.value);
        }}
      />
      <kbd aria-hidden="true">/</kbd>
      <datalist id={LIST}>
        {COMPLETIONS.map((completion) => (
          <option key={completion} value={completion} />
        ))}
      </datalist>
    </label>
  );
}

/** What is typed, which is searched for after a moment. */
function useTyped(asked: string): readonly [string, (typed: string) => void] {
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => {
    const { filters, text } = typedSearch(typed);
    if (filters.length > 0 || text === asked || (text.length > 0 && text.length < SHORTEST)) return undefined;
    // The beginning of a filter.
    if (text.includes(':') && COMPLETIONS.some((completion) => completion.startsWith(text))) return undefined;
    const timer = setTimeout(() => search(text, true), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}

/** A completion that has its value: others wait for one. */
const isWhole = (value: string): boolean => COMPLETIONS.includes(value) && !value.endsWith(':');

/** Sets the filters that were typed, and searches for the rest. */
function takeTyped(typed: string) {
  const found = typedSearch(typed);
  if (found.filters.length === 0) search(found.text, true);
  else {
    const address = found.filters.reduce(withTyped, addressNow());
    navigate(withParameters(address, { q: found.text === '' ? null : found.text }));
  }
  return found;
}

/** A task has one state, so that another one goes in the place of the first. */
function withTyped(address: Address, { name, value }: TypedFilter): Address {
  const isState = name === 'status' || name === 'outcome';
  return isState
    ? withParameters(address, { status: null, outcome: null, [name]: value })
    : withFilter(address, name, value);
}

function search(text: string, replace: boolean): void {
  const address = addressNow();
  if (text.length > 0 && text.length < SHORTEST) return;
  if ((oneOf(address, 'q') ?? '') !== text)
    navigate(withParameters(address, { q: text === '' ? null : text }), { replace });
}
