import { compareText } from './register';
import type { Json } from './json';
import type { TaskEvent } from './task-events';
import { CRITERIA } from './why-rules';
import type { LostBy } from './why-rules';
import { sayingsOf } from './why-said';
import type { Saying } from './why-said';

/** Who said it: the event, and what the caller knows of its record. */
export interface Reported<Record> {
  readonly event: TaskEvent;
  readonly record: Record;
  /** What it says of the value; null where its JSON is longer than a thousand characters (`isLong`): history has it. */
  readonly said: Json;
  readonly isLong: boolean;
}

export interface LostSaying<Record> extends Reported<Record> {
  readonly by: LostBy;
}

/** What was said of one value. */
export interface Contest<Record> {
  readonly setBy: Reported<Record>;
  /** The highest ones that lost, the highest first, at most `MOST_LOST`. */
  readonly lost: readonly LostSaying<Record>[];
  /** All that lost. */
  readonly lostCount: number;
}

/** Things said that are kept of one value, beside the one that is shown. */
export const MOST_LOST = 20;

interface Candidate<Record> extends Reported<Record> {
  readonly saying: Pick<Saying, 'rule' | 'rank'>;
  /** In the order of the log. */
  readonly number: number;
}

/** Collects what the events of a history say of some values, in the order of the log; bounded by the number of values. */
export class Contests<Record> {
  private readonly kept = new Map<string, { candidates: Candidate<Record>[]; count: number }>();
  private number = 0;

  /** @param wanted the values, as `contestKey` names them */
  constructor(private readonly wanted: ReadonlySet<string>) {}

  add(event: TaskEvent, record: Record): void {
    this.number += 1;
    for (const { subtask, value, said, ...saying } of sayingsOf(event)) {
      const key = contestKey(subtask, value);
      if (this.wanted.has(key)) this.keep(key, { event, record, saying, number: this.number, ...shortened(said) });
    }
  }

  /** What was said of a value; null: nothing. */
  of(subtask: string | null, value: string): Contest<Record> | null {
    const { candidates = [], count = 0 } = this.kept.get(contestKey(subtask, value)) ?? {};
    const [winner, ...others] = candidates;
    if (winner === undefined) return null;
    const lost = others.map((other) => ({ ...reported(other), by: lostBy(other, winner) }));
    return { setBy: reported(winner), lost, lostCount: count - 1 };
  }

  private keep(key: string, candidate: Candidate<Record>): void {
    const known = this.kept.get(key);
    const candidates = [...(known?.candidates ?? []), candidate].sort((a, b) => compare(b, a));
    this.kept.set(key, { candidates: candidates.slice(0, MOST_LOST + 1), count: (known?.count ?? 0) + 1 });
  }
}

/** Names what is said of a subtask, or (null) of the task itself. */
export function contestKey(subtask: string | null, value: string): string {
  return JSON.stringify([subtask, value]);
}

const LONGEST_SAID = 1_000;

function shortened(said: Json): { readonly said: Json; readonly isLong: boolean } {
  const isLong = JSON.stringify(said).length > LONGEST_SAID;
  return { said: isLong ? null : said, isLong };
}

function reported<Record>({ event, record, said, isLong }: Candidate<Record>): Reported<Record> {
  return { event, record, said, isLong };
}

/** Positive if `a` outranks `b`; of equals the first on the log does. */
function compare(a: Candidate<unknown>, b: Candidate<unknown>): number {
  const at = differenceOf(a, b);
  return at === null ? b.number - a.number : compareRank(a.saying.rank[at] ?? 0, b.saying.rank[at] ?? 0);
}

/** The index of the first criterion in which they differ; null: there is none. */
function differenceOf(a: Candidate<unknown>, b: Candidate<unknown>): number | null {
  const at = a.saying.rank.findIndex((own, index) => own !== b.saying.rank[index]);
  return at < 0 ? null : at;
}

function compareRank(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}

function lostBy(loser: Candidate<unknown>, winner: Candidate<unknown>): LostBy {
  const at = differenceOf(loser, winner);
  return (at === null ? undefined : CRITERIA[winner.saying.rule][at]) ?? 'later-record';
}
