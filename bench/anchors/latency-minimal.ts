/**
 * The anchor of `latency`, named `minimal`: one script that produces notifications at a steady rate, consumes them, commits a
 * row for each and NOTIFYs, and measures from the producer's answer to the notice. It has no HTTP and no fold, and one
 * record where ours has two hops.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { makeNotifications } from '../notifications';
import { percentile } from '../statistics';
import { anchorKafka, anchorTask, atWork, connectProducer } from './anchor';

const PARTITIONS_AT_ONCE = 6;
const CHANNEL = 'minimal';

async function main(): Promise<void> {
  const { databaseUrl = '', topics, group = '' } = anchorTask();
  const pool = new Pool({ connectionString: databaseUrl, max: PARTITIONS_AT_ONCE });
  await pool.query('CREATE TABLE IF NOT EXISTS seen (id text PRIMARY KEY, body text NOT NULL)');
  const times = new Map<string, { accepted: number; noticed: number }>();
  const note = (id: string, what: 'accepted' | 'noticed'): void => {
    const known = times.get(id) ?? { accepted: 0, noticed: 0 };
    times.set(id, { ...known, [what]: performance.now() });
  };

  const listener = await listen(databaseUrl, (id) => note(id, 'noticed'));
  const consumer = anchorKafka().consumer({ groupId: group });
  await consumer.connect();
  await consumer.subscribe({ topic: topics?.from ?? '', fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
    eachMessage: async ({ message: { key, value } }) => {
      if (key === null) return;
      const id = key.toString();
      await pool.query(
        `WITH row AS (INSERT INTO seen VALUES ($1, $2) ON CONFLICT DO NOTHING) SELECT pg_notify('${CHANNEL}', $1)`,
        [id, value?.toString()],
      );
    },
  });

  const producing = produceAtRate((id) => note(id, 'accepted'));
  atWork(async () => {
    const sent = await producing;
    await Promise.all([consumer.disconnect(), sent.disconnect(), listener.end()]);
    await pool.end();
    const waits = [...sent.counted].map((id) => {
      const { accepted, noticed } = times.get(id) ?? { accepted: 0, noticed: Infinity };
      // The notice may come before the producer's answer is read.
      return Math.max(0, noticed - accepted);
    });
    const checks = { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
    return { items: sent.items, seconds: 0, checks };
  });
}

async function listen(databaseUrl: string, onNotice: (id: string) => void): Promise<Client> {
  const listener = new Client({ connectionString: databaseUrl });
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => onNotice(payload));
  await listener.query(`LISTEN ${CHANNEL}`);
  return listener;
}

/** Sends when each is due, waits for none; resolves when all are answered. */
async function produceAtRate(onAnswer: (id: string) => void) {
  const { perSecond, warmUpSeconds, seconds } = anchorTask().load ?? { perSecond: 1, warmUpSeconds: 0, seconds: 1 };
  const { producer, topic } = await connectProducer();
  const notification = makeNotifications('minimal');
  const counted = new Set<string>();
  const underWay: Promise<void>[] = [];
  const items = perSecond * (warmUpSeconds + seconds);
  const began = performance.now();
  for (let number = 0; number < items; number += 1) {
    const due = (number * 1000) / perSecond;
    const early = began + due - performance.now();
    if (early > 1) await pause(early);
    const { taskId, body } = notification(number);
    if (due >= warmUpSeconds * 1000) counted.add(taskId);
    const message = { key: taskId, value: body };
    underWay.push(producer.send({ topic, acks: -1, messages: [message] }).then(() => onAnswer(taskId)));
  }
  await Promise.all(underWay);
  return { items, counted, disconnect: () => producer.disconnect() };
}

void main();
