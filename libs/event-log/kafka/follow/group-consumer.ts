import { setTimeout as pause } from 'node:timers/promises';

import type { Batch as KafkaBatch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';

import { LogUnavailable, OwnershipLost } from '../../port/errors';
import { meansNoMember } from '../faults';
import type { Offer } from './feed';
import { shareCommits, type Commit, type PartitionPosition } from './shared-commits';

export interface GroupConsumerOptions {
  readonly client: Kafka;
  readonly group: string;
  /** The topic's name, with its prefix. */
  readonly topic: string;
  readonly partitions: number;
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long a fetch waits for records, and thus how long a resumed partition waits for the fetches in flight, in ms. */
  readonly fetchWaitMs: number;
  /** The group was joined, and these partitions were assigned to this member, all of them paused. */
  readonly onJoined: (partitions: readonly number[]) => void;
  /** The coordinator accepted a heartbeat. */
  readonly onHeartbeat: () => void;
  /** The group is about to be joined again. */
  readonly onRebalancing: () => void;
  /** A fetch of a broker ended after a period without any; its records are not offered yet. */
  readonly onFetchGap: () => void;
  /** Records were fetched. The same brokers are not fetched from again before this resolves. */
  readonly onOffer: (partition: number, offer: Offer) => Promise<void>;
}

/** One membership in a group, with one consumer of kafkajs. */
export interface GroupConsumer {
  /** Joins the group. Resolves when it joined, or failed in a way that `ended` reports; rejects, stopped, if it cannot join. */
  start(): Promise<void>;
  /** Ends it with an error, as after its own failure. */
  fail(error: Error): void;
  /** Rejects with the error that ended it; resolves after `stop`. */
  readonly ended: Promise<void>;
  /** The coordinator's id of this member; undefined before it has joined. */
  readonly memberId: string | undefined;
  seek(partition: number, position: number): void;
  pause(partition: number): void;
  resume(partition: number): void;
  /** Writes the group's progress once. Rejects with `OwnershipLost` or with another failure. */
  readonly commit: Commit;
  /** Leaves the group and closes all connections. */
  stop(): Promise<void>;
}

/** Longer than a fetch and handing over its records; shorter than it takes to delete, create and fill a topic. */
const MAX_FETCH_GAP_MS = 1_000;
/** A consumer that neither joins, fetches nor sends heartbeats for so long has stopped working: joining takes 20 s at most. */
const MAX_IDLE_MS = 60_000;
/** How long `stop` waits for a join in flight. */
const MAX_JOIN_WAIT_MS = 2_000;
const REBALANCE_TIMEOUT_MS = 20_000;
const FETCH_BYTES_PER_PARTITION = 1024 * 1024;
/** Of all partitions that a broker leads: decoded records take several times the fetched bytes. */
const FETCH_BYTES = 8 * 1024 * 1024;

/** Creates a consumer, not yet started. */
export function makeGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  return new KafkaGroupConsumer(options);
}

class KafkaGroupConsumer implements GroupConsumer {
  readonly ended: Promise<void>;
  memberId: string | undefined;
  readonly commit: Commit = shareCommits((positions) => this.commitAll(positions));
  private readonly consumer: Consumer;
  private end: (error?: Error) => void = () => undefined;
  private isStopping = false;
  /** When the last fetch of each broker ended, by the clock of `performance.now()`. */
  private readonly lastFetchEnded = new Map<number, number>();
  /** Settles when the first join succeeded or failed. */
  private joining: Promise<void> | undefined;
  private lastPayload: EachBatchPayload | undefined;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: GroupConsumerOptions) {
    this.consumer = options.client.consumer({
      groupId: options.group,
      allowAutoTopicCreation: false,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: options.heartbeatMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: options.fetchWaitMs,
      maxBytesPerPartition: FETCH_BYTES_PER_PARTITION,
      maxBytes: FETCH_BYTES,
      // The follower (follower.ts) starts a new consumer after any failure.
      retry: { retries: 3, restartOnFailure: async () => false },
    });
    this.ended = new Promise((resolve, reject) => {
      this.end = (error) => {
        clearTimeout(this.idleTimer);
        if (error === undefined) resolve();
        else reject(error);
      };
    });
    // It is awaited later.
    this.ended.catch(() => undefined);
  }

  async start(): Promise<void> {
    const { consumer, options } = this;
    const { events } = consumer;
    this.idleTimer = setTimeout(
      () => this.fail(new LogUnavailable('the consumer stopped working')),
      MAX_IDLE_MS,
    ).unref();
    for (const sign of [events.GROUP_JOIN, events.FETCH, events.HEARTBEAT])
      consumer.on(sign, () => this.idleTimer?.refresh());
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.memberId = payload.memberId;
      this.joined(payload.memberAssignment[options.topic] ?? []);
    });
    consumer.on(events.FETCH, ({ payload }) => this.fetchEnded(payload.nodeId));
    consumer.on(events.HEARTBEAT, () => options.onHeartbeat());
    consumer.on(events.REBALANCING, () => options.onRebalancing());
    consumer.on(events.CRASH, ({ payload }) => this.end(payload.error));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [options.topic], fromBeginning: true });
      this.joining = consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: options.partitions,
        eachBatch: (payload) => this.fetched(payload),
      });
      await this.joining;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  seek(partition: number, position: number): void {
    if (!this.isStopping) this.consumer.seek({ topic: this.options.topic, partition, offset: String(position) });
  }

  pause(partition: number): void {
    if (!this.isStopping) this.consumer.pause([{ topic: this.options.topic, partitions: [partition] }]);
  }

  resume(partition: number): void {
    if (!this.isStopping) this.consumer.resume([{ topic: this.options.topic, partitions: [partition] }]);
  }

  fail(error: Error): void {
    this.end(error);
    // It may never answer, so it is not awaited.
    void this.stop().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    // A consumer that is disconnected while it joins cannot leave: its partitions would have no owner until its session ends.
    await Promise.race([this.joining?.catch(() => undefined), pause(MAX_JOIN_WAIT_MS, undefined, { ref: false })]);
    await this.consumer.disconnect();
    this.end();
  }

  private async commitAll(positions: readonly PartitionPosition[]): Promise<void> {
    if (this.lastPayload === undefined) throw new LogUnavailable('nothing was fetched that could be committed');
    const partitions = positions.map(({ partition, position }) => ({ partition, offset: String(position) }));
    try {
      await this.lastPayload.commitOffsetsIfNecessary({ topics: [{ topic: this.options.topic, partitions }] });
    } catch (error) {
      if (!meansNoMember(error)) throw error;
      const names = positions.map(({ partition }) => partition).join(', ');
      throw new OwnershipLost(`another member may own partition ${names}`, { cause: error });
    }
  }

  private fetchEnded(nodeId: number): void {
    const now = performance.now();
    const since = now - (this.lastFetchEnded.get(nodeId) ?? now);
    this.lastFetchEnded.set(nodeId, now);
    if (since > MAX_FETCH_GAP_MS) this.options.onFetchGap();
  }

  /** Pauses all partitions before the first fetch: a later seek would not affect it. */
  private joined(partitions: readonly number[]): void {
    if (this.isStopping) {
      // kafkajs ignores a disconnect while it joins.
      setImmediate(() => void this.consumer.disconnect().catch(() => undefined));
      return;
    }
    if (partitions.length > 0) this.consumer.pause([{ topic: this.options.topic, partitions: [...partitions] }]);
    this.options.onJoined(partitions);
  }

  /** Never throws: kafkajs would fetch everything again, and finally crash. */
  private async fetched(payload: EachBatchPayload): Promise<void> {
    this.lastPayload = payload;
    if (this.isStopping) return;
    await this.options.onOffer(payload.batch.partition, offerOf(payload));
  }
}

function offerOf(payload: EachBatchPayload): Offer {
  const { batch } = payload;
  const last = batch.lastOffset();
  return {
    from: fetchedOffsetOf(batch),
    to: Number(last) + 1,
    messages: batch.messages,
    behind: Number(batch.highWatermark) - 1 - Number(last),
    take: () => payload.resolveOffset(last),
  };
}

/** Exists at run time, though not in the types of kafkajs 2.2.4. */
function fetchedOffsetOf(batch: KafkaBatch & { readonly fetchedOffset?: string }): number {
  return Number(batch.fetchedOffset ?? Number.NaN);
}
