import type { Pool } from 'pg';
import { isGenesis } from '@mps-ledger/event-log';
import type { EventLog, Logger, LogRecord } from '@mps-ledger/event-log';
import { markUnderived, passRaw, readRawProgress } from '@mps-ledger/read-model';
import type { FreshnessSample, PartitionProgress } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';

export interface RawWatchOptions {
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'endPositions' | 'read'>;
  readonly logger: Logger;
  /** The event position up to which a partition's records were handed to this process, applied or held. */
  readonly seenTo: (partition: number) => number;
  /** How long nothing of a partition is derived before its raw log is looked at; then again after so long. Default 1,000. */
  readonly lookAfterMs?: number;
  /** How long a raw record may wait for its events once later ones are derived. Default 2,000. */
  readonly passedOverAfterMs?: number;
  /** How long a raw record may wait for its events while nothing of its partition is derived. Default 30,000. */
  readonly restAfterMs?: number;
  /** After so long without a look, nothing counts as having been at rest before. Default 5,000. */
  readonly unseenAfterMs?: number;
}

/** What one partition waits for. */
interface Watch {
  readonly rawNext: number;
  readonly isPassedOver: boolean;
  /** Since when it waits for this raw offset. */
  sinceMs: number;
  /** Raw offsets below this are to be derived when the time is over. */
  to: number;
  /** The end of the event topic once the time was over: the events may still be on their way until this is seen. */
  eventEnd: number | null;
  /** When the raw log was looked at. */
  lookedMs: number;
}

/**
 * Looks into why raw offsets are not accounted for. What holds no notification (a second genesis record, an erased record,
 * nothing) is passed. A record that has no `notification.received`, although later ones have, or although nothing was
 * derived for long, is `underived`: an alarm, kept in the checkpoint, that ends by itself once it is derived.
 */
export interface RawWatch {
  /** `waiting`: raw ends that the rows have not reached. Rejects with what kept it from looking into one of them. */
  look(waiting: readonly FreshnessSample[]): Promise<void>;
}

export function makeRawWatch(options: RawWatchOptions): RawWatch {
  const watches = new Map<number, Watch>();
  const alarmed = new Set<number>();
  const { unseenAfterMs = 5_000 } = options;
  let lastLook = performance.now();
  return {
    async look(waiting) {
      // Whatever kept this from looking (an outage, a pause) may have kept derivation from its work.
      if (performance.now() - lastLook > unseenAfterMs) watches.clear();
      lastLook = performance.now();
      const ends = new Map(waiting.map((one) => [one.partition, one]));
      for (const partition of watches.keys()) if (!ends.has(partition)) watches.delete(partition);
      if (waiting.length === 0 && alarmed.size === 0) return;
      const failures: unknown[] = [];
      for (const progress of await readRawProgress(options.pool, [...ends.keys(), ...alarmed])) {
        const { partition } = progress;
        tellEnd(progress, alarmed, options.logger);
        const unreached = ends.get(partition);
        if (unreached === undefined || progress.rawNext >= unreached.end) watches.delete(partition);
        else
          await lookAt(progress, unreached, { watches, alarmed }, options).catch((error: unknown) =>
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

async function lookAt(
  progress: PartitionProgress,
  { end: rawEnd }: FreshnessSample,
  { watches, alarmed }: Memory,
  options: RawWatchOptions,
): Promise<void> {
  const { lookAfterMs = 1_000, passedOverAfterMs = 2_000, restAfterMs = 30_000 } = options;
  const { partition, rawNext, rawTop } = progress;
  const now = performance.now();
  const isPassedOver = rawTop > rawNext;
  let watch = watches.get(partition);
  if (watch?.rawNext !== rawNext || watch.isPassedOver !== isPassedOver) {
    const to = isPassedOver ? rawTop : rawEnd;
    watch = { rawNext, isPassedOver, sinceMs: now, to, eventEnd: null, lookedMs: isPassedOver ? -Infinity : now };
    watches.set(partition, watch);
  }
  if (now - watch.lookedMs >= lookAfterMs) {
    watch.lookedMs = now;
    const { offset, missing } = await firstNotification(options.log, partition, rawNext, rawEnd);
    if (offset > rawNext) {
      const fields = { partition, from: rawNext, to: offset, missing };
      if (missing > 0) options.logger.warn(fields, 'the raw log has nothing there: erased, or gone by retention');
      else options.logger.debug(fields, 'passed raw records that hold no notification');
      return passRaw(options.pool, progress, offset);
    }
  }
  if (now - watch.sinceMs < (isPassedOver ? passedOverAfterMs : restAfterMs)) return;
  watch.eventEnd ??= (await options.log.endPositions(TOPICS.events))[partition] ?? Infinity;
  if (Math.max(progress.position, options.seenTo(partition)) < watch.eventEnd) return;
  const to = Math.min(watch.to, (await options.log.endPositions(TOPICS.raw))[partition] ?? 0);
  Object.assign(watch, { sinceMs: now, to: isPassedOver ? rawTop : rawEnd, eventEnd: null });
  if (to <= Math.max(rawNext, progress.underivedTo ?? 0)) return;
  await markUnderived(options.pool, partition, rawNext, to);
  if (alarmed.has(partition)) return;
  alarmed.add(partition);
  options.logger.error({ partition, from: rawNext, to, isPassedOver }, UNDERIVED);
}

const UNDERIVED = 'underived: raw records were received and not derived; "npm run derive -- --again" derives them';

function tellEnd({ partition, underivedTo }: PartitionProgress, alarmed: Set<number>, logger: Logger): void {
  if (underivedTo === null && alarmed.delete(partition))
    logger.info({ partition }, 'what was underived is derived now');
}

/**
 * The first raw offset of [from, to) with a notification, `to` where there is none, and how many offsets before it hold
 * nothing at all. Rejects where the log ends before `to`.
 */
async function firstNotification(
  log: RawWatchOptions['log'],
  partition: number,
  from: number,
  to: number,
): Promise<{ readonly offset: number; readonly missing: number }> {
  let empty = 0;
  const stretch = { topic: TOPICS.raw, partition, from, to, maxRecords: 5, maxBytes: 1024 * 1024 };
  for await (const records of log.read(stretch)) {
    const place = records.findIndex((record) => !isEmpty(record));
    const found = records[place];
    if (found !== undefined) return { offset: found.offset, missing: found.offset - from - empty - place };
    empty += records.length;
  }
  const end = (await log.endPositions(TOPICS.raw))[partition] ?? 0;
  if (end < to) throw new Error(`${TOPICS.raw}/${partition} ended at ${to} before and ends at ${end} now`);
  return { offset: to, missing: to - from - empty };
}

/** Holds no notification: a genesis record, or one that was erased. */
function isEmpty(record: LogRecord): boolean {
  return isGenesis(record) || record.value === null;
}
