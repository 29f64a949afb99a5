import { useEffect, useState } from 'preact/hooks';
import type { AnswerOf } from '../api/answers';
import { read } from '../api/client';
import { formatAddress, type Address } from '../routing/address';
import { stateOf, type StateName } from '../states/task-state';
import { useThrottled } from '../time/clock';
import { countQuery } from './filters';

/** Numbers of tasks by state. */
export interface StateCounts {
  readonly total: number;
  readonly estimated: boolean;
  readonly byState: ReadonlyMap<StateName, number>;
}

/** Counts are read again after a change, and not more often than this, ms. */
const EVERY_MS = 2000;

export interface ReadCounts {
  /** Null where they are not known. */
  readonly counts: StateCounts | null;
  /** No answer came yet. */
  readonly isReading: boolean;
}

const NOT_YET: ReadCounts = { counts: null, isReading: true };

/** The numbers of tasks of an address by state. */
export function useCounts(address: Address, changes: number): ReadCounts {
  const [counts, setCounts] = useState(NOT_YET);
  const query = countQuery(address);
  const asked = formatAddress({ view: 'tasks', parameters: { ...address.parameters, time: [] } });
  const round = useThrottled(changes, EVERY_MS);

  useEffect(() => {
    const stop = new AbortController();
    read('countTasks', { query, signal: stop.signal }).then(
      ({ body }) => setCounts({ counts: countsByState(body), isReading: false }),
      // The list says what is wrong.
      () => setCounts((before) => (stop.signal.aborted ? before : { counts: null, isReading: false })),
    );
    return () => stop.abort();
  }, [asked, round]);
  return counts;
}

/** The numbers of an answer, those of one state added up. */
export function countsByState({ total, estimated, counts }: AnswerOf<'countTasks'>): StateCounts {
  const byState = new Map<StateName, number>();
  for (const { count, ...standing } of counts) {
    const state = stateOf(standing);
    byState.set(state, (byState.get(state) ?? 0) + count);
  }
  return { total, estimated, byState };
}
