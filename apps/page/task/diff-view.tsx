import { read } from '../api/client';
import { useLoaded } from '../api/use-loaded';
import { differencesOf, type VersionDifference } from './patch-words';
import type { ShownTaskPlace } from './task-address';
import { valueWords } from './value-words';

interface DiffViewProps {
  readonly place: ShownTaskPlace;
  readonly from: number;
  readonly to: number;
}

/** What counts and dates a version rather than says something of the task. */
const ABOUT_THE_VERSION = new Set(['version', 'updated', 'state_digest']);

/** What changed between two versions, value by value. */
export function DiffView({ place: { account, id }, from, to }: DiffViewProps) {
  const [first, last] = from < to ? [from, to] : [to, from];
  const { value: differences, failure } = useLoaded(
    async (signal) => {
      const [before, diff] = await Promise.all([
        read('getTask', { id, query: { account, at_version: first }, signal }),
        read('getTaskDiff', { id, query: { account, from: first, to: last }, signal }),
      ]);
      return differencesOf(before.body, diff.body.patch).filter(
        ({ subtask, path }) => subtask !== null || !ABOUT_THE_VERSION.has(path),
      );
    },
    [account, id, first, last],
  );
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
