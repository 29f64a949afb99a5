import type { VersionDifference } from './patch-words';
import type { ReadDifferences } from './use-differences';
import { valueWords } from './value-words';

/** What changed between two versions, value by value. */
export function DiffView({ compared: { first, last, differences, failure } }: { readonly compared: ReadDifferences }) {
  return (
    <section class="section" aria-label="Differences">
      <h2>
        From version {first} to version {last}
      </h2>
      {failure !== null && <p role="alert">{failure}</p>}
      {differences?.length === 0 && <p class="muted">Nothing that is shown changed.</p>}
      {differences !== null && differences.length > 0 && (
        <DiffTable differences={differences} first={first} last={last} />
      )}
    </section>
  );
}

interface DiffTableProps {
  readonly differences: readonly VersionDifference[];
  readonly first: number;
  readonly last: number;
}

function DiffTable({ differences, first, last }: DiffTableProps) {
  return (
    <table class="diff">
      <thead>
        <tr>
          <th scope="col">Value</th>
          <th scope="col">Version {first}</th>
          <th scope="col">Version {last}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ subtask, path, before, after }, at) => (
          <tr key={at}>
            <th scope="row">
              {subtask !== null && <span class="muted">{subtask} </span>}
              {path === '' ? 'subtask' : path.replaceAll('_', ' ')}
            </th>
            <td>
              <bdi>{valueWords(before)}</bdi>
            </td>
            <td>
              <bdi>{valueWords(after)}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
