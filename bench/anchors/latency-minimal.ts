/**
 * The anchor of `latency`, named `minimal`: one script that produces notifications at steady rates, consumes them, commits a
 * row for each and NOTIFYs, and measures from the producer's answer to the notice. It has no HTTP and no fold, and one
 * record where ours has two hops.
 */
import { Client, Pool } from 'pg';
import { atRate } from '../load';
import { makeNotifications } from '../notifications';
import { percentile } from '../statistics';
import { anchorKafka, anchorTask, atWork, connectProducer } from './anchor';

const PARTITIONS_AT_ONCE = 6;
const CHANNEL = 'minimal';

async function main(): Promise<void> {
  const { databaseUrl = '', topics, group = '' } = anchorTask();
  const pool = new Pool({ connectionString: databaseUrl, max: PARTITIONS_AT_ONCE });
  await pool.query('CREATE TABLE IF NOT EXISTS seen (id text PRIMARY KEY, body text NOT NULL)');
  const listener = await listen(databaseUrl);
  const consumer = anchorKafka().consumer({ groupId: group });
  await consumer.connect();
  await consumer.subscribe({ topic: topics?.from ?? '', fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
    eachMessage: async ({ message: { key, value } }) => {
      if (key === null) return;
      await pool.query(
        `WITH row AS (INSERT INTO seen VALUES ($1, $2) ON CONFLICT DO NOTHING) SELECT pg_notify('${CHANNEL}', $1)`,
        [key.toString(), value?.toString()],
      );
    },
  });

  const producing = produceAtRates(listener.noticed);
  atWork(async () => {
    const { items, checks, disconnect } = await producing;
    await Promise.all([consumer.disconnect(), disconnect(), listener.end()]);
    await pool.end();
    return { items, seconds: 0, checks };
  });
}

/** `noticed` resolves when the notice of an id is there, by the clock of `performance.now()`; to be asked before it can be. */
async function listen(databaseUrl: string) {
  const client = new Client({ connectionString: databaseUrl });
  const waiting = new Map<string, (at: number) => void>();
  client.on('notification', ({ payload = '' }) => {
    waiting.get(payload)?.(performance.now());
    waiting.delete(payload);
  });
  await client.connect();
  await client.query(`LISTEN ${CHANNEL}`);
  return {
    noticed: (id: string) => new Promise<number>((resolve) => void waiting.set(id, resolve)),
    end: () => client.end(),
  };
}

/** Sends at one rate after another, each item when it is due; the next rate starts when all items of a rate were received. */
async function produceAtRates(noticed: (id: string) => Promise<number>) {
  const { rates, warmUpSeconds, seconds } = anchorTask().load ?? { rates: [], warmUpSeconds: 0, seconds: 0 };
  const { producer, topic } = await connectProducer();
  const notification = makeNotifications('minimal');
  const checks: Record<string, number> = {};
  let items = 0;
  const waitsAt = async (perSecond: number, forSeconds: number): Promise<readonly number[]> => {
    const waits: number[] = [];
    await atRate(perSecond, forSeconds, async () => {
      const { taskId, body } = notification(items++);
      const notice = noticed(taskId);
      await producer.send({ topic, acks: -1, messages: [{ key: taskId, value: body }] });
      const accepted = performance.now();
      // The notice may come before the producer's answer is read.
      waits.push(Math.max(0, (await notice) - accepted));
    });
    return waits;
  };
  for (const perSecond of rates) {
    await waitsAt(perSecond, warmUpSeconds);
    const waits = await waitsAt(perSecond, seconds);
    for (const percent of [50, 99]) checks[`p${percent} at ${perSecond}`] = percentile(waits, percent / 100);
  }
  return { items, checks, disconnect: () => producer.disconnect() };
}

void main();
