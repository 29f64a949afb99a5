import type { Freshness, PlaceOfRecord } from '@mps-ledger/read-model';
import { formatItemPosition, formatReceipt, receiptCheck } from '@mps-ledger/records';
import type { Contests, ExplainedValues, Reported, Json, LostBy, ValueRule } from '@mps-ledger/tasks';

/** An event that said something of a value, with the notification that it was read from. */
export interface Source {
  /** Of its record, as history names it. */
  readonly position: string;
  readonly event_id: string;
  readonly type: string;
  readonly occurred: string | null;
  readonly notification_id: string;
  /** Of that notification. */
  readonly receipt: string;
  readonly received: string;
  readonly trust: string;
  /** What it says; null where that is longer than `LONGEST`: history has it at the position. */
  readonly said: Json;
  readonly said_is_long: boolean;
}

/** Why some values are shown, as `GET /v1/tasks/{id}/why` answers it. */
export interface Explanation {
  readonly subtask: string | null;
  readonly values: readonly string[];
  /** Without values whose JSON is long. */
  readonly shown: { readonly [name: string]: Json };
  readonly rule: ValueRule;
  readonly because: string | null;
  readonly set_by: Source | null;
  readonly lost: readonly (Source & { readonly lost_by: LostBy })[];
  readonly lost_count: number;
}

/** Characters of JSON of one value that are shown. */
const LONGEST = 1_000;

export function explanation(
  { subtask, rule, shown, source, because }: ExplainedValues,
  contests: Contests<PlaceOfRecord>,
  freshness: Freshness,
): Explanation {
  const contest = contests.of(source.subtask, source.value);
  const short = Object.entries(shown).filter(([, value]) => JSON.stringify(value).length <= LONGEST);
  // What lost is told with the value itself: a computed one has nothing of its own to lose.
  const lost = rule === 'computed' ? [] : (contest?.lost ?? []);
  return {
    subtask,
    values: Object.keys(shown),
    shown: Object.fromEntries(short),
    rule,
    because,
    set_by: contest === null ? null : sourceOf(contest.setBy, freshness),
    lost: lost.map((one) => ({ ...sourceOf(one, freshness), lost_by: one.by })),
    lost_count: rule === 'computed' ? 0 : (contest?.lostCount ?? 0),
  };
}

function sourceOf({ event, record, said, isLong }: Reported<PlaceOfRecord>, freshness: Freshness): Source {
  const { logId, logGeneration, eventGeneration } = freshness;
  const { causationId, rawOffset, received, trust } = event.hearing;
  const { partition } = record;
  const check = receiptCheck(causationId);
  return {
    position: formatItemPosition({ logId, logGeneration, eventGeneration, ...record }),
    event_id: event.id,
    type: event.type,
    occurred: event.occurred,
    notification_id: causationId,
    receipt: formatReceipt({ logId, logGeneration, partition, offset: rawOffset, check }),
    received,
    trust,
    said,
    said_is_long: isLong,
  };
}
