/**
 * The anchor of `derive`: kafkajs that reads each raw record, parses it, and writes as many records of the same sizes and
 * headers as deriving it would, without interpreting anything. What is written is prepared: a file with, for each body, its
 * records (key, value, headers), which are written in turn.
 */
import { readFileSync } from 'node:fs';
import type { EachBatchPayload, Message } from 'kafkajs';
import { anchorKafka, anchorTask, atWork, connectProducer } from './anchor';

type Prepared = readonly { readonly key: string; readonly value: string; readonly headers: Record<string, string> }[];

const PARTITIONS_AT_ONCE = 6;
const MESSAGES_TOGETHER = 1_000;

async function main(): Promise<void> {
  const { topics, group = '', file = '' } = anchorTask();
  const prepared = (JSON.parse(readFileSync(file, 'utf8')) as Prepared[]).map((records) =>
    records.map(({ key, value, headers }): Message => ({ key, value: Buffer.from(value), headers })),
  );
  const { producer, topic } = await connectProducer();
  let [items, bytes] = [0, 0];

  const copyBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, messages } = payload.batch;
    let copies: Message[] = [];
    const send = async (offset: string): Promise<void> => {
      await producer.send({ topic, acks: -1, messages: copies });
      copies = [];
      payload.resolveOffset(offset);
      await payload.heartbeat();
    };
    for (const { value, offset } of messages) {
      // A partition's first record says only which log it is.
      if (value !== null && offset !== '0') {
        JSON.parse(value.toString());
        for (const record of prepared[items % prepared.length] ?? []) copies.push({ ...record, partition });
        items += 1;
        bytes += value.length;
      }
      if (copies.length >= MESSAGES_TOGETHER) await send(offset);
    }
    if (copies.length > 0) await send(payload.batch.lastOffset());
  };

  const consumer = anchorKafka().consumer({ groupId: group });
  await consumer.connect();
  await consumer.subscribe({ topic: topics?.from ?? '', fromBeginning: true });
  await consumer.run({ partitionsConsumedConcurrently: PARTITIONS_AT_ONCE, eachBatch: copyBatch });
  atWork(async () => {
    await consumer.disconnect();
    await producer.disconnect();
    return { items, seconds: 0, checks: { bytes } };
  });
}

void main();
