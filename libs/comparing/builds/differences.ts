import type { Bytes } from '@mps-ledger/read-model';

/** An event behind a value. */
export interface EventBehind {
  /** As history names it. */
  readonly position: string;
  readonly type: string;
  readonly event_id: string;
  readonly notification_id: string;
  readonly trust: string;
}

/** A value that two builds have differently. */
export interface ValueDifference {
  /** As the API calls it, such as `error_code` or `subtasks/Transcode:10:/status`; of rows that it does not show, table and column. */
  readonly value: string;
  /** As JSON text, shortened; null where it is not there. */
  readonly from: string | null;
  readonly to: string | null;
  /** The first of them, in the order of the log. */
  readonly events: readonly EventBehind[];
}

/** A task that two builds have differently. */
export interface DifferingTask {
  readonly task_key: Bytes;
  readonly account: string | null;
  readonly task_id: string | null;
  readonly values: readonly ValueDifference[];
  /** Values that are not listed. */
  readonly more: number;
}

/** A row of no task that two builds have differently. */
export interface DifferingPlace {
  readonly table: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly values: readonly ValueDifference[];
}

const LONGEST = 200;

/** A value as a difference shows it. */
export function shownValue(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`;
}

/** Two long texts, from shortly before the first place where they differ. */
export function aroundDifference(from: string, to: string): readonly [string, string] {
  let at = 0;
  while (at < from.length && from[at] === to[at]) at += 1;
  const begin = Math.max(0, at - LONGEST / 4);
  const part = (text: string): string => `${begin > 0 ? '…' : ''}${text.slice(begin, begin + LONGEST)}`;
  return [part(from), part(to)];
}
