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

/** By the clock of `performance.now()`; 0: not yet. */
interface Times {
  readonly accepted: number;
  readonly noticed: number;
}

/** Percentiles of what is between the two, by rate. */
function waitsAt(counted: ReadonlyMap<number, readonly string[]>, timesOf: (id: string) => Times | undefined) {
  const waitOf = (id: string): number => {
    const { accepted, noticed } = timesOf(id) ?? { accepted: 0, noticed: Infinity };
    // The notice may come before the producer's answer is read.
    return Math.max(0, noticed - accepted);
  };
  return Object.fromEntries(
    [...counted].flatMap(([rate, ids]) => {
      const waits = ids.map(waitOf);
      return [50, 99].map((percent) => [`p${percent} at ${rate}`, percentile(waits, percent / 100)] as const);
    }),
  );
}

async function main(): Promise<void> {
  const { databaseUrl = '', topics, group = '' } = anchorTask();
  const pool = new Pool({ connectionString: databaseUrl, max: PARTITIONS_AT_ONCE });
  await pool.query('CREATE TABLE IF NOT EXISTS seen (id text PRIMARY KEY, body text NOT NULL)');
  const times = new Map<string, Times>();
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

  const producing = produceAtRates((id) => note(id, 'accepted'));
  atWork(async () => {
    const sent = await producing;
    await Promise.all([consumer.disconnect(), sent.disconnect(), listener.end()]);
    await pool.end();
    const checks = waitsAt(sent.counted, (id) => times.get(id));
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

/** At one rate after the other sends when each is due, waits for none; resolves when all are answered. */
async function produceAtRates(onAnswer: (id: string) => void) {
  const { rates, warmUpSeconds, seconds } = anchorTask().load ?? { rates: [], warmUpSeconds: 0, seconds: 0 };
  const { producer, topic } = await connectProducer();
  const notification = makeNotifications('minimal');
  const counted = new Map<number, readonly string[]>();
  let items = 0;
  const produce = async (perSecond: number, forSeconds: number): Promise<readonly string[]> => {
    const ids: string[] = [];
    await atRate(perSecond, forSeconds, async () => {
      const { taskId, body } = notification(items++);
      ids.push(taskId);
      await producer.send({ topic, acks: -1, messages: [{ key: taskId, value: body }] });
      onAnswer(taskId);
    });
    return ids;
  };
  for (const perSecond of rates) {
    await produce(perSecond, warmUpSeconds);
    counted.set(perSecond, await produce(perSecond, seconds));
  }
  return { items, counted, disconnect: () => producer.disconnect() };
}

void main();
