import type { EncodedRecord } from '@mps-ledger/records';
import { RecordTooLarge } from '@mps-ledger/event-log';

export interface SharedAppendsOptions {
  /** Appends to one partition, in order, all or none; returns one offset per record. */
  readonly append: (
    partition: number,
    records: readonly EncodedRecord[],
  ) => Promise<{ readonly offsets: readonly number[] }>;
  /** Bytes of one append at most; a larger record is appended alone. Default 512 KiB. */
  readonly maxAppendBytes?: number;
  /** Bytes of all records that wait or are in flight, over all partitions. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** A call that waits longer is rejected with an unknown outcome. Default 10 s; checked ten times in it. */
  readonly answerWithinMs?: number;
}

/** There is no room for the record, or this is closed: it was not appended. */
export class TooManyWaiting extends Error {
  readonly code = 'too-many-waiting';
}

/** The log did not answer in time. The record may still be appended later. */
export class AppendUnanswered extends Error {
  readonly code = 'append-unanswered';
}

const KIB = 1024;
const RECORD_OVERHEAD_BYTES = 64;

interface PendingAppend {
  readonly record: EncodedRecord;
  readonly bytes: number;
  readonly since: number;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/** One partition: its pending appends in order of arrival, and those in flight. */
interface Lane {
  readonly partition: number;
  waiting: PendingAppend[];
  inFlight: readonly PendingAppend[] | null;
}

/** Coalesces appends: those that wait while a partition's last append is in flight go into its next one together. */
export class SharedAppends {
  private readonly lanes = new Map<number, Lane>();
  private readonly onIdle: (() => void)[] = [];
  private readonly maxWaitingBytes: number;
  private readonly answerWithinMs: number;
  private busyLanes = 0;
  private held = 0;
  private closed = false;
  private watch: NodeJS.Timeout | null = null;

  constructor(private readonly options: SharedAppendsOptions) {
    this.maxWaitingBytes = options.maxWaitingBytes ?? 64 * KIB * KIB;
    this.answerWithinMs = options.answerWithinMs ?? 10_000;
  }

  /** Bytes waiting or in flight. */
  get waitingBytes(): number {
    return this.held;
  }

  /** How long the oldest append has waited, in ms; 0 where none waits. */
  get waitingMs(): number {
    if (this.busyLanes === 0) return 0;
    const now = performance.now();
    const firsts = [...this.lanes.values()].map(({ inFlight, waiting }) => (inFlight?.[0] ?? waiting[0])?.since ?? now);
    return now - Math.min(...firsts);
  }

  /**
   * Resolves with the record's offset once the log holds it. Rejects with `TooManyWaiting` (certainly not appended), with
   * `AppendUnanswered` (unknown), or with the error of its batch (unknown); in the last case all that waited behind that batch is
   * rejected with the same error (certainly not appended). Where a topic's limit was lowered, the records of a batch that is too
   * large are appended one by one, and only those that are too large alone fail.
   */
  append(partition: number, record: EncodedRecord): Promise<number> {
    const bytes = sizeOf(record);
    if (this.closed) return Promise.reject(new TooManyWaiting('closing'));
    if (this.held > 0 && this.held + bytes > this.maxWaitingBytes)
      return Promise.reject(new TooManyWaiting(`${this.held} bytes wait for the log already`));
    this.held += bytes;
    const lane = this.laneOf(partition);
    return new Promise((resolve, reject) => {
      lane.waiting.push({ record, bytes, since: performance.now(), resolve, reject });
      if (lane.inFlight === null) this.start(lane);
    });
  }

  /** Accepts nothing more, and resolves when nothing is in flight. */
  close(): Promise<void> {
    this.closed = true;
    return this.busyLanes === 0 ? Promise.resolve() : new Promise((resolve) => this.onIdle.push(resolve));
  }

  private laneOf(partition: number): Lane {
    const known = this.lanes.get(partition);
    if (known !== undefined) return known;
    const lane: Lane = { partition, waiting: [], inFlight: null };
    this.lanes.set(partition, lane);
    return lane;
  }

  private start(lane: Lane): void {
    this.busyLanes += 1;
    lane.inFlight = [];
    this.watch ??= setInterval(() => {
      this.held -= rejectLate(this.lanes.values(), this.answerWithinMs);
    }, this.answerWithinMs / 10).unref();
    // After this turn of the event loop, so that other requests of the same turn share the first append.
    setImmediate(() => void this.run(lane));
  }

  private async run(lane: Lane): Promise<void> {
    const { append, maxAppendBytes = 512 * KIB } = this.options;
    for (let batch = take(lane, maxAppendBytes); batch.length > 0; batch = take(lane, maxAppendBytes)) {
      lane.inFlight = batch;
      const outcomes = await outcomesOf(append, lane.partition, batch);
      const failure = outcomes.find(failsFollowing);
      const dropped = failure === undefined ? [] : lane.waiting.splice(0);
      this.held -= bytesOf(batch) + bytesOf(dropped);
      for (const [index, waiter] of batch.entries()) settle(waiter, outcomes[index]);
      for (const waiter of dropped) settle(waiter, failure);
    }
    lane.inFlight = null;
    this.busyLanes -= 1;
    if (this.busyLanes === 0) this.becomeIdle();
  }

  private becomeIdle(): void {
    if (this.watch !== null) clearInterval(this.watch);
    this.watch = null;
    for (const resolve of this.onIdle.splice(0)) resolve();
  }
}

/** Takes the first pending appends that fit into one append, at least one if there is any. */
function take(lane: Lane, maxBytes: number): readonly PendingAppend[] {
  let count = 0;
  let bytes = 0;
  for (const waiter of lane.waiting) {
    bytes += waiter.bytes;
    if (count > 0 && bytes > maxBytes) break;
    count += 1;
  }
  return lane.waiting.splice(0, count);
}

type Outcome = { readonly offset: number } | { readonly error: unknown };

/** The outcome of each, in their order. */
async function outcomesOf(
  append: SharedAppendsOptions['append'],
  partition: number,
  batch: readonly PendingAppend[],
): Promise<readonly Outcome[]> {
  try {
    const records = batch.map(({ record }) => record);
    const { offsets } = await append(partition, records);
    if (offsets.length === batch.length) return offsets.map((offset) => ({ offset }));
    throw new Error(`the log answered ${offsets.length} offsets for ${batch.length} records`);
  } catch (error) {
    if (batch.length === 1 || !(error instanceof RecordTooLarge)) return batch.map(() => ({ error }));
    return oneByOne(append, partition, batch);
  }
}

/** Appends one by one, up to one that fails for another reason than its size. */
async function oneByOne(
  append: SharedAppendsOptions['append'],
  partition: number,
  batch: readonly PendingAppend[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const waiter of batch) {
    const before = outcomes.find(failsFollowing);
    outcomes.push(...(before === undefined ? await outcomesOf(append, partition, [waiter]) : [before]));
  }
  return outcomes;
}

/** Whether what follows it fails too. */
function failsFollowing(outcome: Outcome): boolean {
  return 'error' in outcome && !(outcome.error instanceof RecordTooLarge);
}

function settle(waiter: PendingAppend, outcome: Outcome | undefined): void {
  if (outcome !== undefined && 'offset' in outcome) waiter.resolve(outcome.offset);
  else waiter.reject(outcome?.error);
}

/**
 * Rejects appends that have waited too long. Those in flight stay counted until the log answers; those still pending are removed,
 * so that they are never appended later. Returns the bytes removed.
 */
function rejectLate(lanes: Iterable<Lane>, answerWithinMs: number): number {
  const latest = performance.now() - answerWithinMs;
  let freed = 0;
  for (const lane of lanes) {
    const late = lane.waiting.filter(({ since }) => since <= latest);
    if (late.length > 0) lane.waiting = lane.waiting.filter(({ since }) => since > latest);
    freed += bytesOf(late);
    for (const waiter of [...late, ...(lane.inFlight ?? [])])
      if (waiter.since <= latest) waiter.reject(new AppendUnanswered(`no answer within ${answerWithinMs} ms`));
  }
  return freed;
}

function sizeOf({ key, value, headers }: EncodedRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + key.length + value.length;
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}

function bytesOf(waiters: readonly PendingAppend[]): number {
  return waiters.reduce((sum, { bytes }) => sum + bytes, 0);
}
