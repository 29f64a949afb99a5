import type { EncodedRecord } from '@mps-ledger/records';
import { RecordTooLarge } from '@mps-ledger/event-log';

export interface SharedAppendsOptions {
  /** Appends to one partition, in order, all or none; answers one offset per record. */
  readonly append: (
    partition: number,
    records: readonly EncodedRecord[],
  ) => Promise<{ readonly offsets: readonly number[] }>;
  /** Bytes of one append at most; a larger record goes alone. Default 512 KiB. */
  readonly maxAppendBytes?: number;
  /** Bytes of all records that wait or are under way, over all partitions. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** Whoever waits longer than this is told that the outcome is unknown. Default 10 s; acted on ten times in it. */
  readonly answerWithinMs?: number;
}

/** No room for another record, or no longer open: nothing of it was appended. */
export class TooManyWaiting extends Error {
  readonly code = 'too-many-waiting';
}

/** The log did not answer in time. The record may be appended later all the same. */
export class AppendUnanswered extends Error {
  readonly code = 'append-unanswered';
}

const KIB = 1024;
const RECORD_OVERHEAD = 64;

interface Waiter {
  readonly record: EncodedRecord;
  readonly bytes: number;
  readonly since: number;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/** One partition: who waits, in order of arrival, and who is under way. */
interface Lane {
  readonly partition: number;
  waiting: Waiter[];
  underWay: readonly Waiter[] | null;
}

/** Many callers, few appends: what waits while a partition's last append is under way goes into its next one together. */
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

  /** Bytes waiting or under way. */
  get waitingBytes(): number {
    return this.held;
  }

  /** How long whoever has waited longest has waited, in ms; 0 where nobody waits. */
  get waitingMs(): number {
    if (this.busyLanes === 0) return 0;
    const now = performance.now();
    const firsts = [...this.lanes.values()].map(({ underWay, waiting }) => (underWay?.[0] ?? waiting[0])?.since ?? now);
    return now - Math.min(...firsts);
  }

  /**
   * Resolves with the record's offset once the log holds it. Rejects with `TooManyWaiting` (certainly not appended), with
   * `AppendUnanswered` (unknown), or with what the append of its batch was rejected with (unknown); in the last case all
   * that waited behind that batch is rejected with the same (certainly not appended). Where the log takes less than it was
   * set up to, the records of a batch that is too large are appended one by one, and only those fail that are by themselves.
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
      if (lane.underWay === null) this.start(lane);
    });
  }

  /** Takes nothing more, and resolves when nothing is under way. */
  close(): Promise<void> {
    this.closed = true;
    return this.busyLanes === 0 ? Promise.resolve() : new Promise((resolve) => this.onIdle.push(resolve));
  }

  private laneOf(partition: number): Lane {
    const known = this.lanes.get(partition);
    if (known !== undefined) return known;
    const lane: Lane = { partition, waiting: [], underWay: null };
    this.lanes.set(partition, lane);
    return lane;
  }

  private start(lane: Lane): void {
    this.busyLanes += 1;
    lane.underWay = [];
    this.watch ??= setInterval(() => {
      this.held -= giveUp(this.lanes.values(), this.answerWithinMs);
    }, this.answerWithinMs / 10).unref();
    // After this turn of the event loop: the other requests that it brought share the first append.
    setImmediate(() => void this.run(lane));
  }

  private async run(lane: Lane): Promise<void> {
    const { append, maxAppendBytes = 512 * KIB } = this.options;
    for (let batch = take(lane, maxAppendBytes); batch.length > 0; batch = take(lane, maxAppendBytes)) {
      lane.underWay = batch;
      const outcomes = await outcomesOf(append, lane.partition, batch);
      const failure = outcomes.find(isFailure);
      const dropped = failure === undefined ? [] : lane.waiting.splice(0);
      this.held -= bytesOf(batch) + bytesOf(dropped);
      for (const [index, waiter] of batch.entries()) tell(waiter, outcomes[index]);
      for (const waiter of dropped) tell(waiter, failure);
    }
    lane.underWay = null;
    this.busyLanes -= 1;
    if (this.busyLanes === 0) this.rest();
  }

  private rest(): void {
    if (this.watch !== null) clearInterval(this.watch);
    this.watch = null;
    for (const resolve of this.onIdle.splice(0)) resolve();
  }
}

/** Takes from the front of the lane what fits into one append, at least one record if there is any. */
function take(lane: Lane, maxBytes: number): readonly Waiter[] {
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

/** What became of each, in their order. */
async function outcomesOf(
  append: SharedAppendsOptions['append'],
  partition: number,
  batch: readonly Waiter[],
): Promise<readonly Outcome[]> {
  try {
    const records = batch.map(({ record }) => record);
    const { offsets } = await append(partition, records);
    if (offsets.length === batch.length) return offsets.map((offset) => ({ offset }));
    throw new Error(`the log answered ${offsets.length} offsets for ${batch.length} records`);
  } catch (error) {
    if (batch.length === 1 || !(error instanceof RecordTooLarge)) return batch.map(() => ({ error }));
    return apart(append, partition, batch);
  }
}

/** One by one, up to one that fails for another reason than its size. */
async function apart(
  append: SharedAppendsOptions['append'],
  partition: number,
  batch: readonly Waiter[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const waiter of batch) {
    const before = outcomes.find(isFailure);
    outcomes.push(...(before === undefined ? await outcomesOf(append, partition, [waiter]) : [before]));
  }
  return outcomes;
}

/** Whether it is of no use to append what comes after it. */
function isFailure(outcome: Outcome): boolean {
  return 'error' in outcome && !(outcome.error instanceof RecordTooLarge);
}

function tell(waiter: Waiter, outcome: Outcome | undefined): void {
  if (outcome !== undefined && 'offset' in outcome) waiter.resolve(outcome.offset);
  else waiter.reject(outcome?.error);
}

/**
 * Tells those who have waited too long. Who is under way stays counted until the log answers; who was still waiting is
 * taken out, so that it is never appended after it was given up. Answers the bytes taken out.
 */
function giveUp(lanes: Iterable<Lane>, answerWithinMs: number): number {
  const latest = performance.now() - answerWithinMs;
  let freed = 0;
  for (const lane of lanes) {
    const late = lane.waiting.filter(({ since }) => since <= latest);
    if (late.length > 0) lane.waiting = lane.waiting.filter(({ since }) => since > latest);
    freed += bytesOf(late);
    for (const waiter of [...late, ...(lane.underWay ?? [])])
      if (waiter.since <= latest) waiter.reject(new AppendUnanswered(`no answer within ${answerWithinMs} ms`));
  }
  return freed;
}

function sizeOf({ key, value, headers }: EncodedRecord): number {
  let bytes = RECORD_OVERHEAD + key.length + value.length;
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}

function bytesOf(waiters: readonly Waiter[]): number {
  return waiters.reduce((sum, { bytes }) => sum + bytes, 0);
}
