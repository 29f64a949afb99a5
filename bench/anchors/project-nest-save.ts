/**
 * The anchor of `project` named `nest-save`: Nest's Kafka transport and TypeORM's `save`, as their documentation shows them:
 * one message at a time, of several partitions at once, a row of history and the row of its task. It writes no subtasks,
 * notifications, states or checkpoint.
 */
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  Payload,
  Transport,
  type KafkaContext,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { logLevel } from 'kafkajs';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { anchorTask, atWork } from './anchor';
import type { Spelled } from './trivial-fold';

const PARTITIONS_AT_ONCE = 6;
const { brokers = '', topics, group = '', databaseUrl = '' } = anchorTask();

@Entity({ schema: 'tasks_v1', name: 'history' })
class HistoryRow {
  @PrimaryColumn('integer') partition!: number;
  @PrimaryColumn('bigint') offset!: string;
  @Column('bytea') task_key!: Buffer;
  @Column('text') event_id!: string;
  @Column('text') type!: string;
  @Column('text', { nullable: true }) subtask_key!: string | null;
  @Column('text') account!: string;
  @Column('text', { nullable: true }) subject!: string | null;
  @Column('timestamptz') received!: string;
  @Column('timestamptz') logged!: Date;
  @Column('text') trust!: string;
  @Column('text') causation_id!: string;
  @Column('text') mapper!: string;
  @Column('bigint') raw_offset!: string;
  @Column('text') data!: string;
}

@Entity({ schema: 'tasks_v1', name: 'task' })
class TaskRow {
  @PrimaryColumn('bytea') task_key!: Buffer;
  @Column('text') account!: string;
  @Column('text') task_id!: string;
  @Column('text') task_id_json!: string;
  @Column('text') kind!: string;
  @Column('text') status!: string;
  @Column('boolean') contradicted!: boolean;
  @Column('boolean') revised!: boolean;
  @Column('integer') parked!: number;
  @Column('bigint') version!: string | number;
  @Column('integer') partition!: number;
  @Column('timestamptz') first_received?: Date;
  @Column('timestamptz') updated!: Date;
}

const dataSource = new DataSource({ type: 'postgres', url: databaseUrl, entities: [HistoryRow, TaskRow] });
const done = { items: 0, bytes: 0 };

@Controller()
class EventsController {
  @EventPattern(topics?.from ?? '')
  async onEvent(@Payload() payload: object, @Ctx() context: unknown): Promise<void> {
    const { id, type: prefixed, subject = null, recordedtime: received, data, ...event } = payload as Spelled;
    const { offset, timestamp } = (context as KafkaContext).getMessage();
    // A partition's first record says only which log it is.
    if (offset === '0') return;
    const text = JSON.stringify(data);
    const task_key = createHash('sha256')
      .update(JSON.stringify([data.account, data.task_id]))
      .digest();
    const type = prefixed.slice('mps.'.length);
    const at = { partition: (context as KafkaContext).getPartition(), offset };
    const about = { event_id: id, account: data.account, subject, trust: event.trust, causation_id: event.causationid };
    const how = { mapper: event.mapper, raw_offset: event.rawoffset, subtask_key: data.key ?? null };
    const row = { ...at, task_key, type, received, logged: new Date(Number(timestamp)), ...about, ...how, data: text };
    await dataSource.transaction(async (manager) => {
      await manager.save(HistoryRow, row);
      await manager.save(
        TaskRow,
        await folded(manager.getRepository(TaskRow), { ...at, task_key, type, received, data }),
      );
    });
    done.items += 1;
    done.bytes += Buffer.byteLength(text);
  }
}

interface Applied {
  readonly partition: number;
  readonly task_key: Buffer;
  readonly type: string;
  readonly received: string;
  readonly data: Spelled['data'];
}

async function folded(
  tasks: Repository<TaskRow>,
  { partition, task_key, type, received, data }: Applied,
): Promise<TaskRow> {
  const time = new Date(received);
  const task = (await tasks.findOneBy({ task_key })) ?? new TaskRow();
  if (task.first_received === undefined)
    Object.assign(task, {
      ...{ task_key, account: data.account, task_id: data.task_id, task_id_json: JSON.stringify(data.task_id) },
      ...{ kind: 'unknown', status: 'unknown', contradicted: false, revised: false, parked: 0, version: 0 },
      ...{ partition, first_received: time },
    });
  const isOfTask = type.startsWith('task.');
  const said = isOfTask ? { status: type.slice('task.'.length), kind: data.kind ?? task.kind } : {};
  const version = Number(task.version) + (type === 'notification.received' ? 1 : 0);
  return Object.assign(task, said, { version, updated: time });
}

@Module({ controllers: [EventsController] })
class AnchorModule {}

async function main(): Promise<void> {
  await dataSource.initialize();
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AnchorModule, {
    logger: ['error'],
    transport: Transport.KAFKA,
    options: {
      client: { brokers: brokers.split(','), logLevel: logLevel.ERROR },
      consumer: { groupId: group },
      subscribe: { fromBeginning: true },
      run: { partitionsConsumedConcurrently: PARTITIONS_AT_ONCE },
    },
  });
  await app.listen();
  atWork(async () => {
    await app.close();
    await dataSource.destroy();
    return { items: done.items, seconds: 0, checks: { bytes: done.bytes } };
  });
}

void main();
