/**
 * Source: records in. A Nest transport over the event log whose handlers are given whole batches.
 */
import type { Batch, EventLog, Follower } from '@mps-ledger/event-log';
import { failpoint } from '@mps-ledger/platform';
import { BaseRpcContext, Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Coordination } from './coordination';

export interface SourceOptions {
  readonly log: EventLog;
  /** The topics to follow, each with the group that follows it. A topic without a handler is not followed. */
  readonly groups: ReadonlyMap<string, string>;
  readonly coordination: Pick<Coordination, 'startAt' | 'onFailure' | 'onOwnership'>;
  /** Records per batch at most. Default 500. */
  readonly batchRecords?: number;
}

/**
 * Nest's own transports take one message at a time and retry a poison message for ever. This one hands over batches: a
 * handler's pattern is a topic, its payload a `Batch`, its answer the position to go on from. A handler that fails leaves
 * the position where it was.
 */
export class LogSource extends Server implements CustomTransportStrategy {
  private readonly followers: Follower[] = [];

  constructor(private readonly options: SourceOptions) {
    super();
  }

  override listen(callback: () => void): void {
    const { log, groups, coordination, batchRecords } = this.options;
    for (const topic of this.getHandlers().keys()) {
      const group = groups.get(topic);
      if (group === undefined) throw new Error(`no group follows the topic ${topic}`);
      const follower = log.follow({
        group,
        topic,
        startAt: (partition) => coordination.startAt(topic, partition),
        onBatch: (batch) => this.handle(batch),
        onFailure: (failure) => coordination.onFailure(topic, failure),
        onOwnership: (partition, owned) => {
          failpoint('projector.rebalance');
          coordination.onOwnership(topic, partition, owned);
        },
        ...(batchRecords !== undefined && { maxRecords: batchRecords }),
      });
      this.followers.push(follower);
    }
    callback();
  }

  override async close(): Promise<void> {
    await Promise.all(this.followers.splice(0).map((follower) => follower.stop()));
  }

  override on(): never {
    throw new Error('the event log has no events of its own to listen to');
  }

  override unwrap(): never {
    throw new Error("what is followed is nobody else's to steer");
  }

  /** Nest resolves also where a handler failed: with an Observable that holds the error. */
  private async handle(batch: Batch): Promise<number> {
    const handler = this.getHandlerByPattern(batch.topic);
    if (handler === null) throw new Error(`no handler for the topic ${batch.topic}`);
    const answer: unknown = await handler(batch, new BaseRpcContext([]));
    const position: unknown = isObservable(answer) ? await lastValueFrom(answer) : answer;
    if (typeof position !== 'number') throw new Error(`the handler of ${batch.topic} answered no position`);
    return position;
  }
}
