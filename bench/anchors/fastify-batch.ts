/**
 * The anchor of `ingest` at its best: self-clocked kafkajs batches. What arrives while a send is under way goes together in
 * the next one; each request is answered when the broker has it.
 */
import type { Message } from 'kafkajs';
import { connectProducer } from './anchor';
import { serveNotifications } from './bare-fastify';

interface Waiting {
  readonly message: Message;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MOST_TOGETHER = 500;

/** Sends one batch at a time. */
function makeBatches(send: (messages: Message[]) => Promise<unknown>): (message: Message) => Promise<void> {
  const waiting: Waiting[] = [];
  let isSending = false;
  const sendAll = async (): Promise<void> => {
    isSending = true;
    while (waiting.length > 0) {
      const together = waiting.splice(0, MOST_TOGETHER);
      try {
        await send(together.map(({ message }) => message));
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    isSending = false;
  };
  return (message) =>
    new Promise((resolve, reject) => {
      waiting.push({ message, resolve, reject });
      if (!isSending) void sendAll();
    });
}

async function main(): Promise<void> {
  const { producer, topic } = await connectProducer();
  const append = makeBatches((messages) => producer.send({ topic, acks: -1, messages }));
  await serveNotifications({ take: (value) => append({ value }), close: () => producer.disconnect() });
}

void main();
