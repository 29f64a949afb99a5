import { useEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../frame/keys';
import { oneOf, withParameters } from '../routing/address';
import { addressNow, Link, navigate, useAddress } from '../routing/router';
import { AddFilter } from './add-filter';
import { chipsOf } from './filters';

/** Search, the filters that are set as chips, and a way to set another one. */
export function FilterBar() {
  const address = useAddress();
  const chips = chipsOf(address);
  return (
    <search class="filters">
      <SearchField />
      <AddFilter />
      {chips.length > 0 && (
        <ul class="chips" aria-label="Filters">
          {chips.map(({ name, label, value }) => (
            <li key={`${name} ${value}`} class="chip">
              <span class="chip-name">{label}</span> <bdi>{value}</bdi>
              <Link
                class="chip-remove"
                aria-label={`Remove ${label} ${value}`}
                to={withParameters(address, {
                  [name]: (address.parameters[name] ?? []).filter((other) => other !== value),
                })}
              >
                ×
              </Link>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}

/** A search begins so long after the last key, ms. */
const TYPING_MS = 300;

/** Shorter texts are not searched for. */
const SHORTEST = 3;

function SearchField() {
  const asked = oneOf(useAddress(), 'q') ?? '';
  const [text, setText] = useState(asked);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    const q = text.trim();
    if (q === asked || (q.length > 0 && q.length < SHORTEST)) return undefined;
    const timer = setTimeout(
      () => navigate(withParameters(addressNow(), { q: q === '' ? null : q }), { replace: true }),
      TYPING_MS,
    );
    return () => clearTimeout(timer);
  }, [text]);
  useKeys({ '/': () => field.current?.select() });
  return (
    <label class="search-field">
      <span class="hidden">Search</span>
      <input
        ref={field}
        class="field"
        type="search"
        placeholder="Search ids, sessions, errors, paths"
        maxLength={200}
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}
