import { withParameters } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { AddFilter } from './add-filter';
import { chipsOf } from './filters';
import { SearchField } from './search-field';

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
