import { CompressionTypes, type ICustomPartitioner, type Producer, type RecordMetadata } from 'kafkajs';

import { LogUnavailable } from '../../port/errors';
import type { Appended, NewRecord } from '../../port/port';
import { toMessages } from '../messages';

/** Records of one partition in one request. */
export interface Sending {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
}

export interface SendOptions {
  readonly compression: 'none' | 'gzip';
  /** How long the leader waits for its followers, in ms. */
  readonly replicationTimeoutMs: number;
}

/** The partitioner of kafkajs: the partition of the message, which is required. */
export const partitionGiven: ReturnType<ICustomPartitioner> = ({ message }) => {
  if (message.partition === undefined) throw new TypeError('a message for no partition');
  return message.partition;
};

/**
 * Sends once, to distinct partitions. kafkajs resolves a send although a partition was never sent (tulios/kafkajs#1303), so only
 * an answer that names the topic and partition, without an error, counts as success. Rejects where any partition has none; the
 * records may be in the log nevertheless.
 */
export async function send(
  producer: Producer,
  sendings: readonly Sending[],
  options: SendOptions,
): Promise<readonly Appended[]> {
  const answers = await producer.sendBatch({
    acks: -1,
    timeout: options.replicationTimeoutMs,
    compression: options.compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
    topicMessages: sendings.map(({ topic, partition, records }) => ({
      topic,
      messages: toMessages(partition, records),
    })),
  });
  return sendings.map((sending) => appendedAt(sending, answers));
}

/** The records follow each other without gaps. */
function appendedAt({ topic, partition, records }: Sending, answers: readonly RecordMetadata[]): Appended {
  const answer = answers.find((one) => one.topicName === topic && one.partition === partition);
  const base = Number(answer?.baseOffset ?? -1);
  if (answer === undefined || answer.errorCode !== 0 || base < 0) {
    throw new LogUnavailable(`the brokers did not say that ${topic}/${partition} was written`);
  }
  return { offsets: records.map((_, index) => base + index), logged: loggedAt(answer.logAppendTime) };
}

/** The broker's clock; −1 where the topic has the sender's, which setup refuses. */
function loggedAt(logAppendTime: string | undefined): string {
  const ms = Number(logAppendTime ?? -1);
  return new Date(ms >= 0 ? ms : Date.now()).toISOString();
}
