import { useEffect, useState } from 'preact/hooks';
import { read } from '../api/client';
import { failureOf } from '../api/problem';
import { differencesOf, type VersionDifference } from './patch-words';

/** What changed between two versions. */
export interface ReadDifferences {
  readonly first: number;
  readonly last: number;
  /** Null where they could not be read. */
  readonly differences: readonly VersionDifference[] | null;
  readonly failure: string | null;
}

export interface ComparedVersions {
  readonly account: string;
  readonly id: string;
  /** Null: nothing is compared. */
  readonly from: number | null;
  /** Null: not known yet. */
  readonly to: number | null;
}

/** What counts and dates a version rather than says something of the task. */
const ABOUT_THE_VERSION = new Set(['version', 'updated', 'state_digest']);

/** The differences of two versions; those of others stay until they are read. Null: nothing is compared, or nothing was read yet. */
export function useDifferences({ account, id, from, to }: ComparedVersions): ReadDifferences | null {
  const [shown, setShown] = useState<ReadDifferences | null>(null);
  useEffect(() => {
    if (from === null) setShown(null);
    if (from === null || to === null) return undefined;
    const stop = new AbortController();
    const [first, last] = from < to ? [from, to] : [to, from];
    readDifferences({ account, id, first, last }, stop.signal).then(
      (differences) => setShown({ first, last, differences, failure: null }),
      (error: unknown) => {
        if (!stop.signal.aborted) setShown({ first, last, differences: null, failure: failureOf(error).message });
      },
    );
    return () => stop.abort();
  }, [account, id, from, to]);
  return shown;
}

interface VersionPair {
  readonly account: string;
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

async function readDifferences({ account, id, first, last }: VersionPair, signal: AbortSignal) {
  const [before, diff] = await Promise.all([
    read('getTask', { id, query: { account, at_version: first }, signal }),
    read('getTaskDiff', { id, query: { account, from: first, to: last }, signal }),
  ]);
  return differencesOf(before.body, diff.body.patch).filter(
    ({ subtask, path }) => subtask !== null || !ABOUT_THE_VERSION.has(path),
  );
}
