// Prints one line for each event of a ledger, from the beginning; a second run resumes where the first one stopped.
//   KAFKA_BROKERS=kafka-1:9092 GROUP=reports node examples/consume/consume.mjs
// docs/consuming.md says what a consumer can rely on.
import { Kafka, logLevel } from 'kafkajs';

const { KAFKA_BROKERS = '127.0.0.1:9092', LEDGER_TOPIC_PREFIX = '', GROUP = 'example-consume' } = process.env;
const brokers = KAFKA_BROKERS.split(',');
const consumer = new Kafka({ clientId: GROUP, brokers, logLevel: logLevel.ERROR }).consumer({ groupId: GROUP });
const seen = new Set(); // Of this run only. Idempotent processing stores the ids with its results, in one transaction.

function print(partition, { offset, value, headers }) {
  if ('ledger-genesis' in headers) return console.error(`partition ${partition} is of log ${value}`);
  const isEvent = String(headers['content-type']).startsWith('application/cloudevents+json');
  if (!isEvent) return; // A later version may write other records.
  const { id, type, subject, time, data } = JSON.parse(value);
  if (seen.has(id)) return; // A duplicate: the same fact, received or written again.
  seen.add(id);
  console.log(JSON.stringify({ partition, offset, id, type, subject, time, data }));
}

consumer.on('consumer.crash', ({ payload }) => payload.restart || process.exit(1)); // Otherwise it would stop silently.
await consumer.connect();
await consumer.subscribe({ topic: `${LEDGER_TOPIC_PREFIX}mps.task-events.v1`, fromBeginning: true });
await consumer.run({ eachMessage: async ({ partition, message }) => print(partition, message) });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void consumer.disconnect());
