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

export interface Counted {
  readonly checkpoints: readonly CheckpointRow[];
  readonly alarms: readonly UnderivedAlarm[];
  /** Whether the rows were complete a moment ago. */
  readonly isFresh: boolean;
  /** How long ago they were; null: not known. */
  readonly seconds: number | null;
}

/** The balances that checkpoints can say, of offsets; those of ids take both logs, and `npm run verify`. */
export function balancesOf(counted: Counted): readonly Balance[] {
  const { checkpoints, alarms } = counted;
  const of = (topic: string) => checkpoints.filter((one) => one.topic === topic);
  const events = of(TOPICS.events);
  const hole = alarms.length === 0 ? null : holesInWords(alarms);
  return [
    balance('notifications', 'Raw records = derived, and applied or parked, + waiting', counted, {
      received: sum(events, ({ seen_end, raw_next }) => Math.max(seen_end, raw_next)),
      applied: sum(events, ({ raw_next }) => raw_next),
      wrong: hole,
    }),
    balance('rejected', 'Rejected records = in the rows + waiting', counted, {
      received: sum(of(TOPICS.rejected), ({ seen_end, position }) => Math.max(seen_end, position)),
      applied: sum(of(TOPICS.rejected), ({ position }) => position),
      wrong: null,
    }),
    {
      ...{ name: 'events', meaning: 'Event records = applied + parked + waiting', verdict: 'unknown' },
      why: 'The end of the event log is not known here, and whether an id was applied twice takes both logs: npm run verify compares them.',
      ...{ received: null, applied: sum(events, ({ position }) => position), waiting: null },
    },
  ];
}

interface Sides {
  readonly received: number;
  readonly applied: number;
  /** What is wrong, whatever the numbers are; null: nothing. */
  readonly wrong: string | null;
}

function balance(name: string, meaning: string, counted: Counted, { received, applied, wrong }: Sides): Balance {
  const waiting = received - applied;
  const [verdict, why] = judge(counted, waiting, wrong);
  return { name, meaning, verdict, why, received, applied, waiting };
}

function judge(
  { isFresh, seconds }: Counted,
  waiting: number,
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
