import { withParameters } from '../routing/address';
import { addressNow, Link, navigate, useAddress } from '../routing/router';
import { ANNOTATION_WORDS, TRUST_WORDS, TYPE_WORDS } from './event-words';
import { HISTORY_FILTERS, type TimelineFilterName } from './task-address';
import type { TimelineFilter } from './use-history';

const LABELS: Readonly<Record<TimelineFilterName, readonly [label: string, any: string]>> = {
  type: ['Type of events', 'All types'],
  trust: ['Trust of events', 'Any trust'],
  annotation: ['Annotation of events', 'Any annotation'],
};

/** The values of a filter with their words, as the API spells them. */
const CHOICES: Readonly<Record<TimelineFilterName, readonly (readonly [value: string, words: string])[]>> = {
  type: Object.entries(TYPE_WORDS).map(([type, words]) => [`mps.${type}`, words]),
  trust: Object.entries(TRUST_WORDS).map(([trust, [word]]) => [trust, word]),
  annotation: Object.entries(ANNOTATION_WORDS).map(([annotation, [word]]) => [annotation, word]),
};

const NAMES = Object.keys(LABELS) as TimelineFilterName[];

/** Narrows the timeline. The filters are in the address. */
export function TimelineFilters({ filter }: { readonly filter: TimelineFilter }) {
  const address = useAddress();
  const isFiltered = NAMES.some((name) => filter[name] !== undefined);
  return (
    <div class="timeline-filters" role="group" aria-label="Filters of the timeline">
      {NAMES.map((name) => (
        <FilterSelect key={name} name={name} value={filter[name]?.[0] ?? ''} />
      ))}
      {isFiltered && (
        <Link
          class="button button-small"
          to={withParameters(address, Object.fromEntries(NAMES.map((name) => [HISTORY_FILTERS[name], null])))}
        >
          Show all
        </Link>
      )}
    </div>
  );
}

function FilterSelect({ name, value }: { readonly name: TimelineFilterName; readonly value: string }) {
  const [label, any] = LABELS[name];
  return (
    <select
      class="field"
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => {
        const chosen = currentTarget.value;
        navigate(withParameters(addressNow(), { [HISTORY_FILTERS[name]]: chosen === '' ? null : chosen }));
      }}
    >
      <option value="">{any}</option>
      {CHOICES[name].map(([choice, words]) => (
        <option key={choice} value={choice}>
          {words}
        </option>
      ))}
    </select>
  );
}
