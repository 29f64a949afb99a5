/** The anchor of `ingest` that many begin with: one kafkajs send per request, which is answered when the broker has it. */
import { connectProducer } from './anchor';
import { serveNotifications } from './bare-fastify';

async function main(): Promise<void> {
  const { producer, topic } = await connectProducer();
  await serveNotifications({
    take: async (value) => {
      await producer.send({ topic, acks: -1, messages: [{ value }] });
    },
    close: () => producer.disconnect(),
  });
}

void main();
