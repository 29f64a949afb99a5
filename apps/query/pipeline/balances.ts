import type { CheckpointRow, UnderivedAlarm } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';

/** What a balance comes to. */
export const VERDICTS = ['balanced', 'under-way', 'unbalanced', 'unknown'] as const;
type Verdict = (typeof VERDICTS)[number];

interface Balance {
  readonly name: string;
  /** What must be equal. */
  readonly meaning: string;
  readonly verdict: Verdict;
  /** Why it is not balanced; null where it is. */
  readonly why: string | null;
  /** Records, by offsets: those that came in, those that are in the rows, and the difference. Null: not known here. */
  readonly received: number | null;
  readonly applied: number;
  readonly waiting: number | null;
}

export interface PipelineCounts {
  readonly checkpoints: readonly CheckpointRow[];
  readonly alarms: readonly UnderivedAlarm[];
  /** Whether the rows were complete a moment ago. */
  readonly isFresh: boolean;
  /** How long ago they were; null: not known. */
  readonly seconds: number | null;
  /** Event records that are not applied; null: not known. */
  readonly eventsWaiting: number | null;
}

/** The balances that checkpoints can say, of offsets; those of ids take both logs, and `npm run verify`. */
export function balancesOf(counts: PipelineCounts): readonly Balance[] {
  const { checkpoints, alarms, eventsWaiting } = counts;
  const of = (topic: string) => checkpoints.filter((one) => one.topic === topic);
  const events = of(TOPICS.events);
  const hole = alarms.length === 0 ? null : holesInWords(alarms);
  const eventsApplied = sum(events, ({ position }) => position);
  return [
    balance('notifications', 'Raw records = derived, and applied or parked, + waiting', counts, {
      received: sum(events, ({ seen_end, raw_next }) => Math.max(seen_end, raw_next)),
      applied: sum(events, ({ raw_next }) => raw_next),
      wrong: hole,
    }),
    balance('rejected', 'Rejected records = in the rows + waiting', counts, {
      received: sum(of(TOPICS.rejected), ({ seen_end, position }) => Math.max(seen_end, position)),
      applied: sum(of(TOPICS.rejected), ({ position }) => position),
      wrong: null,
    }),
    balance('events', 'Event records = applied or parked, + waiting', counts, {
      received: eventsWaiting === null ? null : eventsApplied + eventsWaiting,
      applied: eventsApplied,
      wrong: null,
    }),
  ];
}

interface Sides {
  /** Null: not known. */
  readonly received: number | null;
  readonly applied: number;
  /** What is wrong, whatever the numbers are; null: nothing. */
  readonly wrong: string | null;
}

function balance(name: string, meaning: string, counts: PipelineCounts, { received, applied, wrong }: Sides): Balance {
  const waiting = received === null ? null : received - applied;
  const [verdict, why] = judge(counts, waiting, wrong);
  return { name, meaning, verdict, why, received, applied, waiting };
}

function judge(
  { isFresh, seconds }: PipelineCounts,
  waiting: number | null,
  wrong: string | null,
): readonly [Verdict, string | null] {
  if (wrong !== null) return ['unbalanced', wrong];
  if (!isFresh) {
    const since =
      seconds === null
        ? 'it is not known when the rows were last complete'
        : `the rows were last complete ${seconds} s ago`;
    return [
      'unknown',
      `The numbers are the last that a projector wrote, and ${since}: see whether it runs and is ready.`,
    ];
  }
  if (waiting === null) return ['unknown', 'It is not known how far the log reaches: see unknown.'];
  return waiting === 0
    ? ['balanced', null]
    : ['under-way', `${waiting} records are on the log and not in the rows yet.`];
}

function holesInWords(alarms: readonly UnderivedAlarm[]): string {
  const [first] = alarms;
  const where =
    first === undefined ? '' : `, the first of them in partition ${first.partition} at raw offset ${first.from}`;
  return `Raw records of ${alarms.length} partitions are not derived although they should be${where}: see holes.`;
}

/** Offsets begin with the genesis record, which is none of them. */
function sum(checkpoints: readonly CheckpointRow[], endOf: (one: CheckpointRow) => number): number {
  return checkpoints.reduce((total, one) => total + Math.max(0, endOf(one) - 1), 0);
}
