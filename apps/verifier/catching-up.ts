import { setTimeout as pause } from 'node:timers/promises';
import type { EventLog } from '@mps-ledger/event-log';
import { readCheckpoints, type CheckpointRow, type ReadModel } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';

const POLL_MS = 200;

/** What had been received when the verification began, and how far it has come. By partition. */
export interface Reached {
  /** Ends of the raw log when the verification began. */
  readonly rawEnds: readonly number[];
  /** Raw offsets below this are known to be derived. */
  readonly derivedTo: readonly number[];
  /** Ends of the event log once all of that was derived, or when waiting was over. */
  readonly eventEnds: readonly number[];
  readonly rejectedEnds: readonly number[];
}

export interface CatchUpOptions {
  readonly model: ReadModel;
  readonly log: Pick<EventLog, 'endPositions'>;
  readonly waitMs: number;
  /** Called while it waits, with how many records are missing at least. */
  readonly onWaiting: (records: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Waits until all that was received before is derived and applied, but not longer than so long. Rejects with the log's
 * errors, the database's, or the signal's reason.
 */
export async function catchUp(options: CatchUpOptions): Promise<Reached> {
  const { model, log, waitMs, onWaiting, signal } = options;
  const deadline = performance.now() + waitMs;
  const rawEnds = await log.endPositions(TOPICS.raw);
  const rejectedEnds = await log.endPositions(TOPICS.rejected);
  let eventEnds: readonly number[] | undefined;
  for (;;) {
    signal.throwIfAborted();
    // What is applied is on the event log, so that log's end is read after it.
    const checkpoints = await readCheckpoints(model);
    const derivedTo = rawEnds.map((_, partition) => derivedBelow(of(checkpoints, TOPICS.events, partition)));
    const underived = sum(rawEnds.map((end, partition) => end - (derivedTo[partition] ?? 0)));
    const isOver = performance.now() >= deadline;
    if (underived === 0 || isOver) eventEnds ??= await log.endPositions(TOPICS.events);
    const lag =
      underived + behind(checkpoints, TOPICS.events, eventEnds) + behind(checkpoints, TOPICS.rejected, rejectedEnds);
    if (eventEnds !== undefined && (lag === 0 || isOver)) return { rawEnds, derivedTo, eventEnds, rejectedEnds };
    onWaiting(lag);
    await pause(Math.min(POLL_MS, Math.max(1, deadline - performance.now())), undefined, { signal });
  }
}

/** Raw offsets below this are derived, or were passed over: what is missing there is a difference, and waited for in vain. */
function derivedBelow(checkpoint: CheckpointRow | undefined): number {
  return checkpoint === undefined ? 0 : Math.max(checkpoint.raw_next, checkpoint.raw_top);
}

/** The checkpoint of a partition. */
export function of(rows: readonly CheckpointRow[], topic: string, partition: number): CheckpointRow | undefined {
  return rows.find((row) => row.topic === topic && row.partition === partition);
}

function behind(rows: readonly CheckpointRow[], topic: string, ends: readonly number[] | undefined): number {
  return sum((ends ?? []).map((end, partition) => end - (of(rows, topic, partition)?.position ?? 0)));
}

/** Of what is above zero. */
function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + Math.max(0, number), 0);
}
