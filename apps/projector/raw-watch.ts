import type { Pool } from 'pg';
import { isGenesis } from '@mps-ledger/event-log';
import type { EventLog, Logger, LogRecord } from '@mps-ledger/event-log';
import { markUnderived, passRaw, readRawProgress } from '@mps-ledger/read-model';
import type { FreshnessSample, PartitionProgress, ReadModel } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';

export interface RawWatchOptions {
  readonly model: ReadModel<Pool>;
  readonly log: Pick<EventLog, 'endPositions' | 'read'>;
  readonly logger: Logger;
  /** The event position up to which records of a partition were delivered to this process, applied or held. */
  readonly deliveredTo: (partition: number) => number;
  /** How long nothing of a partition is derived before its raw log is checked, and between two checks. Default 1,000. */
  readonly checkAfterMs?: number;
  /** How long a raw record may wait for its events once later ones are derived. Default 2,000. */
  readonly passedOverAfterMs?: number;
  /** How long a raw record may wait for its events while nothing of its partition is derived. Default 30,000. */
  readonly idleAfterMs?: number;
  /** After this long without a check, earlier waiting times do not count. Default 5,000. */
  readonly staleAfterMs?: number;
}

/** The raw offset that one partition waits for. */
interface Watch {
  readonly rawNext: number;
  readonly isPassedOver: boolean;
  /** Since when it waits for this raw offset. */
  sinceMs: number;
  /** Raw offsets below this are to be derived when the waiting time is over. */
  to: number;
  /** The end of the event topic when the waiting time was over: until it is delivered, the events may still arrive. */
  eventEnd: number | null;
  /** When the raw log was last checked. */
  checkedMs: number;
}

/**
 * Finds out why raw offsets are not accounted for. Offsets without a notification (a second genesis record, an erased record, a gap)
 * are skipped. A record without a `notification.received`, although later records have one or nothing was derived for long, is
 * `underived`: an alarm, stored in the checkpoint, that ends automatically once the record is derived.
 */
export interface RawWatch {
  /** `waiting`: raw ends that the rows have not reached. Rejects with the first failure after checking all of them. */
  check(waiting: readonly FreshnessSample[]): Promise<void>;
}

export function makeRawWatch(options: RawWatchOptions): RawWatch {
  const watches = new Map<number, Watch>();
  const alarmed = new Set<number>();
  const { staleAfterMs = 5_000 } = options;
  let lastCheck = performance.now();
  return {
    async check(waiting) {
      // An outage or a pause that delayed this check may have delayed derivation too.
      if (performance.now() - lastCheck > staleAfterMs) watches.clear();
      lastCheck = performance.now();
      const ends = new Map(waiting.map((one) => [one.partition, one]));
      for (const partition of watches.keys()) if (!ends.has(partition)) watches.delete(partition);
      if (waiting.length === 0 && alarmed.size === 0) return;
      const failures: unknown[] = [];
      for (const progress of await readRawProgress(options.model, [...ends.keys(), ...alarmed])) {
        const { partition } = progress;
        reportRecovered(progress, alarmed, options.logger);
        const unreached = ends.get(partition);
        if (unreached === undefined || progress.rawNext >= unreached.end) watches.delete(partition);
        else
          await checkPartition(progress, unreached, { watches, alarmed }, options).catch((error: unknown) =>
            failures.push(error),
          );
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

interface Memory {
  readonly watches: Map<number, Watch>;
  /** Partitions whose alarm was logged. */
  readonly alarmed: Set<number>;
}

async function checkPartition(
  progress: PartitionProgress,
  { end: rawEnd }: FreshnessSample,
  { watches, alarmed }: Memory,
  options: RawWatchOptions,
): Promise<void> {
  const { checkAfterMs = 1_000, passedOverAfterMs = 2_000, idleAfterMs = 30_000 } = options;
  const { partition, rawNext, rawTop } = progress;
  const now = performance.now();
  const isPassedOver = rawTop > rawNext;
  let watch = watches.get(partition);
  if (watch?.rawNext !== rawNext || watch.isPassedOver !== isPassedOver) {
    const to = isPassedOver ? rawTop : rawEnd;
    watch = { rawNext, isPassedOver, sinceMs: now, to, eventEnd: null, checkedMs: isPassedOver ? -Infinity : now };
    watches.set(partition, watch);
  }
  if (now - watch.checkedMs >= checkAfterMs) {
    watch.checkedMs = now;
    const { offset, missing } = await firstNotification(options.log, partition, rawNext, rawEnd);
    if (offset > rawNext) {
      const fields = { partition, from: rawNext, to: offset, missing };
      if (missing > 0) options.logger.warn(fields, 'the raw log has no records there: erased, or removed by retention');
      else options.logger.debug(fields, 'skipped raw records without a notification');
      return passRaw(options.model, progress, offset);
    }
  }
  if (now - watch.sinceMs < (isPassedOver ? passedOverAfterMs : idleAfterMs)) return;
  watch.eventEnd ??= (await options.log.endPositions(TOPICS.events))[partition] ?? Infinity;
  if (Math.max(progress.position, options.deliveredTo(partition)) < watch.eventEnd) return;
  const to = Math.min(watch.to, (await options.log.endPositions(TOPICS.raw))[partition] ?? 0);
  Object.assign(watch, { sinceMs: now, to: isPassedOver ? rawTop : rawEnd, eventEnd: null });
  if (to <= Math.max(rawNext, progress.underivedTo ?? 0)) return;
  await markUnderived(options.model, partition, rawNext, to);
  if (alarmed.has(partition)) return;
  alarmed.add(partition);
  options.logger.error({ partition, from: rawNext, to, isPassedOver }, UNDERIVED);
}

const UNDERIVED = 'underived: raw records were received and not derived; "npm run derive -- --again" derives them';

function reportRecovered({ partition, underivedTo }: PartitionProgress, alarmed: Set<number>, logger: Logger): void {
  if (underivedTo === null && alarmed.delete(partition))
    logger.info({ partition }, 'underived raw records are derived now');
}

/**
 * Finds the first raw offset of [from, to) with a notification, `to` where there is none, and how many offsets before it have no
 * record. Rejects where the log ends before `to`.
 */
async function firstNotification(
  log: RawWatchOptions['log'],
  partition: number,
  from: number,
  to: number,
): Promise<{ readonly offset: number; readonly missing: number }> {
  let empty = 0;
  const range = { topic: TOPICS.raw, partition, from, to, maxRecords: 5, maxBytes: 1024 * 1024 };
  for await (const records of log.read(range)) {
    const index = records.findIndex((record) => !isEmpty(record));
    const found = records[index];
    if (found !== undefined) return { offset: found.offset, missing: found.offset - from - empty - index };
    empty += records.length;
  }
  const end = (await log.endPositions(TOPICS.raw))[partition] ?? 0;
  if (end < to) throw new Error(`${TOPICS.raw}/${partition} ended at ${to} before and ends at ${end} now`);
  return { offset: to, missing: to - from - empty };
}

/** Whether a record has no notification: a genesis record, or an erased one. */
function isEmpty(record: LogRecord): boolean {
  return isGenesis(record) || record.value === null;
}
