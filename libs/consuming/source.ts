/**
 * Source: where records come in. A Nest transport over the event log whose handlers get whole batches.
 */
import type { Batch, EventLog, Follower } from '@mps-ledger/event-log';
import { BaseRpcContext, Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Coordination } from './coordination';

export interface SourceOptions {
  readonly log: EventLog;
  /** Group by topic. A topic without a handler is not followed. */
  readonly groups: ReadonlyMap<string, string>;
  readonly coordination: Pick<Coordination, 'startAt' | 'onFailure' | 'onOwnership'>;
  /** Maximum of records per batch. Default 500. */
  readonly batchRecords?: number;
}

/**
 * Delivers batches to Nest handlers: the pattern is a topic, the payload a `Batch`, the answer the position to continue from. A handler
 * that fails does not move the position. (The transports that come with Nest deliver single messages and retry a poison message
 * indefinitely.)
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
        onOwnership: (partition, owned) => coordination.onOwnership(topic, partition, owned),
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
    throw new Error('the event log emits no events of its own');
  }

  override unwrap(): never {
    throw new Error('the followers of the event log are not accessible');
  }

  /** Nest resolves even if a handler failed: with an Observable of the error. */
  private async handle(batch: Batch): Promise<number> {
    const handler = this.getHandlerByPattern(batch.topic);
    if (handler === null) throw new Error(`no handler for the topic ${batch.topic}`);
    const answer: unknown = await handler(batch, new BaseRpcContext([]));
    const position: unknown = isObservable(answer) ? await lastValueFrom(answer) : answer;
    if (typeof position !== 'number') throw new Error(`the handler of ${batch.topic} answered no position`);
    return position;
  }
}
