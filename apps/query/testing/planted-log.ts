import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import { partitionOf } from '@mps-ledger/event-log';
import {
  adoptLog,
  announce,
  databaseTime,
  lockCheckpoint,
  projectionSchema,
  readModelIn,
  rejectedNotificationRow,
  writeBatch,
} from '@mps-ledger/read-model';
import type { BatchRows } from '@mps-ledger/read-model';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import type { TaskEvent, TaskEventType, Trust } from '@mps-ledger/tasks';
import { formatReceipt, partitionKey, receiptCheck, TOPICS, toEventRecord } from '@mps-ledger/records';
import { NO_ROWS, rowsOfTask } from './planted-rows';
import type { PlantedRecord } from './planted-rows';

/** One fact of a notification. `parked`: it is parked for this reason, instead of applied. */
export interface PlantedFact {
  readonly type: TaskEventType;
  readonly data: Readonly<Record<string, unknown>>;
  readonly parked?: string;
  /** The provider's time of it. Default: none. */
  readonly occurred?: string | null;
}

export interface PlantedNotification {
  /** Default `default`. */
  readonly account?: string;
  /** Null: it names no task. */
  readonly taskId: string | null;
  readonly facts: readonly PlantedFact[];
  /** Default `callback-signed`. */
  readonly trust?: Trust;
  /** Default: a second after the one before. */
  readonly received?: string;
  /** The source that it came by. Default: its event does not say. */
  readonly source?: string;
  /** Of `notification.received`. */
  readonly kind?: string;
  readonly reason?: string;
  readonly sessionId?: string;
  /** `notification.received` is parked as well, for this reason. */
  readonly parked?: string;
  /** The same notification once more on the event log. */
  readonly again?: Received;
  /** How its events are spelled. Default: as we do. */
  readonly spell?: (text: string) => string;
  /** One before it, which was passed over: rows are not complete up to it. */
  readonly after?: Received;
}

/** A notification on the raw log. */
export interface Received {
  readonly id: string;
  readonly receipt: string;
  readonly partition: number;
  readonly rawOffset: number;
  readonly received: string;
  /** Derives it and applies its events: rows and checkpoint are committed, and listeners are told. */
  apply(): Promise<void>;
}

/**
 * A log that exists in its read model only: what a projector would write of it is written as it does, by the read model's
 * own write side, in its order.
 */
export class PlantedLog {
  readonly logId = 'plantedlog01';
  readonly logGeneration = 1;
  readonly eventGeneration = 1;
  readonly partitions = 4;
  private readonly rawEnds = new Array<number>(this.partitions).fill(1);
  private readonly eventEnds = new Array<number>(this.partitions).fill(1);
  private rejectedEnd = 1;
  private notifications = 0;
  /** Values of the event records of each task, in order. */
  readonly valuesOf = new Map<string | null, readonly string[]>();

  constructor(private readonly pool: Pool) {}

  /** Makes the read model belong to this log. */
  async adopt(): Promise<void> {
    await adoptLog(readModelIn(projectionSchema, this.pool), this, FOLD_VERSION, [TOPICS.events, TOPICS.rejected]);
  }

  /** Puts a notification on the raw log. */
  receive(notification: PlantedNotification): Received {
    const { account = 'default', taskId, again } = notification;
    this.notifications += 1;
    const serial = String(this.notifications).padStart(12, '0');
    const receivedMs = Date.UTC(2026, 10, 22, 9) + this.notifications * 1000;
    const received = notification.received ?? again?.received ?? new Date(receivedMs).toISOString();
    const stamp = new Date(received).getTime().toString(16).padStart(12, '0');
    const id = again?.id ?? `${stamp.slice(0, 8)}-${stamp.slice(8)}-7000-8000-${serial}`;
    const partition = partitionOf(taskId === null ? id : partitionKey(account, taskId), this.partitions);
    const rawOffset = again?.rawOffset ?? this.rawEnds[partition] ?? 1;
    if (again === undefined) this.rawEnds[partition] = rawOffset + 1;
    const at = { logId: this.logId, logGeneration: this.logGeneration, partition, offset: rawOffset };
    const receipt = formatReceipt({ ...at, check: receiptCheck(id) });
    const place = { id, receipt, partition, rawOffset, received };
    return { ...place, apply: () => this.apply(notification, place) };
  }

  /** The log is set back to before a notification: the next one in its partition gets its place. */
  setBack({ partition, rawOffset }: Received): void {
    this.rawEnds[partition] = rawOffset;
  }

  /** The database is restored from a dump made when this partition's events ended there: the next ones get the places after that. */
  async restore(partition: number, eventEnd: number): Promise<void> {
    this.eventEnds[partition] = eventEnd;
    for (const table of ['history', 'parked'])
      await this.pool.query(`DELETE FROM tasks_v1.${table} WHERE partition = $1 AND "offset" >= $2`, [
        partition,
        eventEnd,
      ]);
    await this.pool.query(
      `UPDATE tasks_v1.checkpoint SET position = $2, last_event_id = (
         SELECT event_id FROM (SELECT "offset", event_id FROM tasks_v1.history WHERE partition = $1
           UNION ALL SELECT "offset", coalesce(event_id, '') FROM tasks_v1.parked WHERE partition = $1) kept
         ORDER BY "offset" DESC LIMIT 1)
       WHERE topic = '${TOPICS.events}' AND partition = $1`,
      [partition, eventEnd],
    );
  }

  /** Where a partition's events end. */
  eventEnd(partition: number): number {
    return this.eventEnds[partition] ?? 1;
  }

  /** Receives and applies. */
  async hear(notification: PlantedNotification): Promise<Received> {
    const received = this.receive(notification);
    await received.apply();
    return received;
  }

  /** Writes a rejected notification. */
  async reject(rejected: {
    readonly id: string;
    readonly received: string;
    readonly reason: string;
    /** Default `default`. */
    readonly account?: string;
  }): Promise<void> {
    const at = { topic: TOPICS.rejected, partition: 0 };
    const offset = this.rejectedEnd++;
    const row = rejectedNotificationRow(
      {
        notificationId: rejected.id,
        received: rejected.received,
        reason: rejected.reason,
        ...{
          account: rejected.account ?? 'default',
          source: 'mps',
          transport: 'callback',
          trust: 'callback-unsigned' as const,
        },
        ...{ digest: 'd'.repeat(64), size: 7, truncated: false, detail: 'at byte 3' },
      },
      offset,
    );
    await this.write(at, { ...NO_ROWS, notifications: [row] }, offset + 1, 1);
  }

  private async apply(notification: PlantedNotification, place: Omit<Received, 'apply'>): Promise<void> {
    const { partition, rawOffset } = place;
    const end = this.eventEnds[partition] ?? 1;
    const { spell = (text) => text, taskId } = notification;
    const records = recordsOf(notification, place).map(({ event, parked }, i): PlantedRecord => {
      const { key, value, headers } = toEventRecord(event);
      const spelled = Buffer.from(spell(value.toString()));
      return {
        record: { key, value: spelled, headers, partition, offset: end + i, logged: place.received },
        event,
        parked,
      };
    });
    const values = records.map(({ record }) => String(record.value));
    this.valuesOf.set(taskId, [...(this.valuesOf.get(taskId) ?? []), ...values]);
    const at = { topic: TOPICS.events, partition };
    this.eventEnds[partition] = end + records.length;
    await inTransaction(this.pool, async (client) => {
      const model = readModelIn(projectionSchema, client);
      await lockCheckpoint(model, at.topic, partition);
      const rows = await rowsOfTask(model, at, notification.account ?? 'default', notification.taskId, records);
      await writeBatch(
        model,
        at,
        rows,
        await this.move(end + records.length, rawOffset + 1, notification.after?.rawOffset),
      );
      return ['commit', undefined];
    });
    await announce(this.pool);
  }

  private async write(
    at: { readonly topic: string; readonly partition: number },
    rows: BatchRows,
    position: number,
    rawNext: number,
  ): Promise<void> {
    const move = await this.move(position, rawNext);
    await inTransaction(this.pool, async (client) => {
      await writeBatch(readModelIn(projectionSchema, client), at, rows, move);
      return ['commit', undefined];
    });
    await announce(this.pool);
  }

  private async move(position: number, rawTop: number, rawNext = rawTop) {
    const completeAsOf = await databaseTime(readModelIn(projectionSchema, this.pool));
    const last = { lastOffset: position - 1, lastEventId: null, lastDigest: 'x' };
    return { position, ...last, rawNext, rawTop, underivedTo: null, completeAsOf };
  }
}

/** The events of a notification, `notification.received` last. */
function recordsOf(notification: PlantedNotification, place: Omit<Received, 'apply'>) {
  const { account = 'default', taskId, facts, trust = 'callback-signed', kind = 'workflow' } = notification;
  const { reason, sessionId, source } = notification;
  const whose = { account, ...(taskId !== null && { task_id: taskId }) };
  const hearing = {
    trust,
    received: place.received,
    causationId: place.id,
    rawOffset: place.rawOffset,
    mapper: 'mps1',
  };
  const events = facts.map(({ type, data, parked, occurred = null }) => ({
    event: {
      id: idOf(account, taskId, type, data),
      type,
      occurred,
      hearing,
      data: { ...whose, ...(type.startsWith('task.') && { listed: {} }), ...data },
    } as unknown as TaskEvent,
    parked,
  }));
  const data = {
    ...whose,
    ...{ notification_id: place.id, event_type: 'WorkflowTask', kind, ...(reason !== undefined && { reason }) },
    ...(sessionId !== undefined && { session_id: sessionId }),
    ...(source !== undefined && { source }),
    ...{ digest: 'a'.repeat(64), size: 100, transport: 'callback', events: facts.length },
    ...{ events_digest: 'b'.repeat(64), event_ids: events.slice(0, 100).map(({ event }) => event.id) },
  };
  const id = idOf(account, taskId, 'notification.received', place.id);
  const received = { id, type: 'notification.received', occurred: null, hearing, data } as unknown as TaskEvent;
  return [...events, { event: received, parked: notification.parked }];
}

function idOf(...content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
