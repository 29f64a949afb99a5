/**
 * The anchor of `project` and `catch-up` named `minimal`: kafkajs's eachBatch, a trivial fold, and the tables that ours
 * writes (history, task, task_state, subtask, notification, checkpoint) in one statement a batch.
 */
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { Pool } from 'pg';
import { anchorKafka, anchorTask, atWork } from './anchor';
import { readPosition, readStates, writeRows } from './task-tables';
import { foldBatch, keyed, type EventRead } from './trivial-fold';

/** As many as ours has: more gain nothing on two cores. */
const CONNECTIONS = 4;

async function main(): Promise<void> {
  const { topics, group = '', databaseUrl = '' } = anchorTask();
  const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  const positions = new Map<number, number>();
  let [items, bytes] = [0, 0];

  const project = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    const { partition, messages } = batch;
    const position = positions.get(partition) ?? (await readPosition(pool, partition));
    // A partition's first record says only which log it is.
    const events = messages
      .filter(({ offset }) => Number(offset) >= Math.max(1, position))
      .map((message) => keyed(eventRead(message)));
    if (events.length > 0) {
      const states = await readStates(pool, [...new Set(events.map(({ key }) => key))]);
      const next = Number(batch.lastOffset()) + 1;
      await writeRows(pool, partition, next, foldBatch(events, states));
      positions.set(partition, next);
    }
    items += events.length;
    bytes += events.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
    payload.resolveOffset(batch.lastOffset());
    await payload.heartbeat();
  };

  const consumer = anchorKafka().consumer({ groupId: group });
  await consumer.connect();
  await consumer.subscribe({ topic: topics?.from ?? '', fromBeginning: true });
  await consumer.run({ partitionsConsumedConcurrently: CONNECTIONS, eachBatch: project });
  atWork(async () => {
    await consumer.disconnect();
    await pool.end();
    return { items, seconds: 0, checks: { bytes } };
  });
}

function eventRead({ offset, timestamp, value }: KafkaMessage): EventRead {
  const logged = new Date(Number(timestamp)).toISOString();
  return { offset: Number(offset), logged, value: value?.toString() ?? '' };
}

void main();
