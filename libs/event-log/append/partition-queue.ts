import { AppendUnanswered, LogError, LogUnavailable, RecordTooLarge } from '../port/errors';
import type { Appended, NewRecord } from '../port/port';
import type { PendingAppend } from './pending-append';

/** Records of one partition, on their way to the log. */
export interface Outgoing {
  readonly topic: string;
  readonly partition: number;
  /** Returns what to send. Called as late as possible, so that it includes what arrived until then; again for a retry. */
  readonly take: () => Taken;
}

/** No records: there is nothing to send any more. */
export interface Taken {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
}

/** Sends to one partition, all or none; settles in bounded time. Undefined where there was nothing to send. */
export type Send = (outgoing: Outgoing) => Promise<Appended | undefined>;

export interface PartitionQueueOptions {
  readonly topic: string;
  readonly partition: number;
  readonly send: Send;
  /** Appends that are sent together have at most so many bytes; a larger one is sent alone. */
  readonly maxSendBytes: number;
  /** Called when the records of an append are no longer held, whatever its outcome. */
  readonly onLeft: (pending: PendingAppend) => void;
  /** Called when nothing is pending any more. */
  readonly onIdle: () => void;
}

/**
 * The appends to one partition: one send at a time, in the order of the calls. Those that arrive while a send is in flight go
 * together in the next one. Where the log is unavailable, all that wait fail with those that were sent, so that timeouts do not
 * add up; where it refuses a send, only those that were sent fail. Where they are too large together, they are sent one by one.
 */
export class PartitionQueue {
  private waiting: PendingAppend[] = [];
  /** What the current send has taken. */
  private inFlight: readonly PendingAppend[] | undefined;
  private isDraining = false;
  private drained: Promise<void> = Promise.resolve();
  private givenUp: LogError | undefined;

  constructor(private readonly options: PartitionQueueOptions) {}

  enqueue(pending: PendingAppend): void {
    this.waiting.push(pending);
    if (!this.isDraining) this.drained = this.drain();
  }

  /** Fails appends past their deadline with `AppendUnanswered`. Those that still wait are removed: they are never sent. */
  expire(): void {
    const now = performance.now();
    const isLate = ({ deadline }: PendingAppend): boolean => deadline <= now;
    this.failUnsettled((this.inFlight ?? []).filter(isLate));
    const late = this.waiting.filter(isLate);
    if (late.length > 0) this.waiting = this.waiting.filter((pending) => !isLate(pending));
    this.leave(late);
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    await this.drained;
  }

  /** Fails all pending appends, and those in flight unless the current attempt reports their outcome. */
  giveUp(reason: LogError): void {
    this.givenUp = reason;
  }

  private async drain(): Promise<void> {
    this.isDraining = true;
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      if (first.deadline <= performance.now()) this.expire();
      else if (this.givenUp === undefined) await this.sendNext();
      else this.leave(this.waiting.splice(0), this.givenUp);
    }
    this.isDraining = false;
    this.options.onIdle();
  }

  private async sendNext(): Promise<void> {
    const { topic, partition, send } = this.options;
    let taken: readonly PendingAppend[] = [];
    const take = (): Taken => {
      const now = performance.now();
      taken = this.givenUp === undefined ? this.chosen().filter(({ deadline }) => deadline > now) : [];
      return { records: taken.flatMap(({ records }) => records), bytes: bytesOf(taken) };
    };
    try {
      const appended = await send({ topic, partition, take });
      if (appended !== undefined) answer(taken, appended);
    } catch (error) {
      this.failed(taken, error);
    }
    const ended = this.inFlight ?? [];
    this.inFlight = undefined;
    this.leave(ended, this.givenUp);
  }

  /** What to send: chosen once for all attempts. */
  private chosen(): readonly PendingAppend[] {
    return (this.inFlight ??= this.next());
  }

  /** Takes the first waiting appends, as many as may be sent together. */
  private next(): readonly PendingAppend[] {
    let count = 0;
    let bytes = 0;
    for (const pending of this.waiting) {
      bytes += pending.bytes;
      if (count > 0 && (pending.isAlone || bytes > this.options.maxSendBytes)) break;
      count += 1;
      if (pending.isAlone) break;
    }
    return this.waiting.splice(0, count);
  }

  private failed(taken: readonly PendingAppend[], error: unknown): void {
    if (error instanceof RecordTooLarge && taken.length > 1) {
      for (const pending of taken) pending.isAlone = true;
      this.inFlight = this.chosen().filter((pending) => !pending.isAlone);
      this.waiting = [...taken, ...this.waiting];
      return;
    }
    for (const pending of this.chosen()) pending.fail(error);
    if (!(error instanceof LogError) || error instanceof LogUnavailable) this.leave(this.waiting.splice(0), error);
  }

  /** Ends appends. Those without an outcome fail, by default as unanswered. */
  private leave(those: readonly PendingAppend[], error?: unknown): void {
    this.failUnsettled(those, error);
    for (const pending of those) this.options.onLeft(pending);
  }

  private failUnsettled(those: readonly PendingAppend[], error?: unknown): void {
    const { topic, partition } = this.options;
    for (const pending of those)
      if (!pending.isSettled)
        pending.fail(
          error ?? new AppendUnanswered(`it is not known whether ${topic}/${partition} was written in time`),
        );
  }
}

function bytesOf(appends: readonly PendingAppend[]): number {
  return appends.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Throws where the log did not answer one offset per record. */
function answer(together: readonly PendingAppend[], { offsets, logged }: Appended): void {
  const count = together.reduce((sum, { records }) => sum + records.length, 0);
  if (offsets.length !== count) throw new Error(`the log answered ${offsets.length} offsets for ${count} records`);
  let first = 0;
  for (const pending of together) {
    const end = first + pending.records.length;
    pending.succeed({ offsets: offsets.slice(first, end), logged });
    first = end;
  }
}
