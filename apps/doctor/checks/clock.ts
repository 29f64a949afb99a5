import { databaseTime, projectionSchema, readModelIn } from '@mps-ledger/read-model';
import { DAY_MS, type LogTail } from '../log-tail';
import { finding, notChecked, ok, warning, type CheckItem } from '../check';
import type { LedgerView } from '../ledger';

/** More is a finding: signatures are valid for 60 s, and freshness is shown in seconds. */
const MOST_MS = 5_000;
/** Ingest appends within moments, and repeats for less than this. */
const MOST_WAIT_MS = 60_000;
const FIX = 'let NTP set the clock of each machine (timedatectl set-ntp true, or chrony)';

/** This machine's clock against the database's. */
export async function checkDatabaseClock(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const model = readModelIn(projectionSchema, await ledger.pool());
  // The first statement may wait for a connection.
  await databaseTime(model);
  const [began, ticks] = [Date.now(), performance.now()];
  const theirs = Date.parse(await databaseTime(model));
  const waited = performance.now() - ticks;
  const { where } = await ledger.database();
  return [itemOfClock({ whose: 'the database', ahead: theirs - (began + waited / 2), uncertain: waited / 2, where })];
}

export interface ClockDifference {
  readonly whose: string;
  /** How far that clock is ahead of this machine's, in ms; negative: behind. */
  readonly ahead: number;
  /** By how much that may be wrong, in ms. */
  readonly uncertain: number;
  readonly where: string;
}

/** What a difference of clocks means. */
export function itemOfClock({ whose, ahead, uncertain, where }: ClockDifference): CheckItem {
  const side = ahead < 0 ? 'behind' : 'ahead of';
  const what = `the clock of ${whose} is ${seconds(Math.abs(ahead))} ${side} the one of this machine`;
  return Math.abs(ahead) - uncertain > MOST_MS ? finding(what, FIX, where) : ok(what);
}

/**
 * The log's clock. Brokers do not say what time it is, so it is judged by what they wrote: a record logged in the future, or
 * before it was received, is a proof. A log's clock that is ahead by less than what records wait for is not seen.
 */
export async function checkLogClock(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const { EVENT_LOG } = ledger.deployment.config;
  const clock = EVENT_LOG === 'kafka' ? 'the clock of the brokers' : 'the clock of the database';
  return [judgeLogClock(await ledger.tail(), Date.now(), clock)];
}

/** Newest records that are looked at: an earlier fault of the clock may be mended. */
const NEWEST = 20;

/** What the times of the newest records say of the log's clock. Pure. */
export function judgeLogClock({ records }: Pick<LogTail, 'records'>, now: number, clock: string): CheckItem {
  const newest = records.slice(0, NEWEST).filter(({ logged }) => now - logged < DAY_MS);
  const [first] = newest;
  if (first === undefined) return notChecked(`${clock} cannot be measured: nothing was received within a day`);
  const where = `partition ${first.partition} of the raw log, offset ${first.offset}`;
  if (first.logged - now > MOST_MS)
    return finding(`${clock} was at least ${seconds(first.logged - now)} ahead of the one of this machine`, FIX, where);
  const waits = newest.map(({ logged, received }) => logged - received);
  const [least, most] = [Math.min(...waits), Math.max(...waits)];
  if (least < -MOST_MS)
    return finding(
      `records are logged ${seconds(-least)} before they are received: ${clock} is behind, or ingest’s is ahead`,
      FIX,
      where,
    );
  if (least > MOST_WAIT_MS)
    return warning(
      `records are logged ${seconds(least)} or more after they are received: ${clock} is ahead, ingest’s is behind, or ` +
        'they waited that long',
      FIX,
      where,
    );
  return ok(
    `the last ${newest.length} records were logged ${seconds(least)} to ${seconds(most)} after they were received; ` +
      `${clock} is ahead of ingest’s by ${seconds(Math.max(0, least))} at most`,
  );
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
