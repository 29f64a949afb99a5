import { CompressionTypes, type ICustomPartitioner, type Producer, type RecordMetadata } from 'kafkajs';

import { LogUnavailable } from '../../port/errors';
import type { NewRecord } from '../../port/port';
import { toMessages } from '../messages';

/** What is sent at once: records of one partition. */
export interface Sending {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
}

/** Where a sending landed: its first record's offset (the others follow without gaps), and when. */
export interface Landed {
  readonly base: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly logged: string;
}

export interface SendOptions {
  readonly compression: 'none' | 'gzip';
  /** How long the leader waits for its followers, in ms. */
  readonly replicationTimeoutMs: number;
}

/** Chooses the partition that is given: no other may be. */
export const partitionGiven: ReturnType<ICustomPartitioner> = ({ message }) => {
  if (message.partition === undefined) throw new TypeError('a message for no partition');
  return message.partition;
};

/**
 * Sends once, to partitions that differ, and believes nothing but the answer: kafkajs resolves a send although a partition
 * was never sent (tulios/kafkajs#1303), so only an answer that names a topic and partition, without an error, is a success.
 * Rejects with whatever went wrong where that is not so of each; all the records may be in the log all the same.
 */
export async function send(
  producer: Producer,
  sendings: readonly Sending[],
  options: SendOptions,
): Promise<readonly Landed[]> {
  const answers = await producer.sendBatch({
    acks: -1,
    timeout: options.replicationTimeoutMs,
    compression: options.compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
    topicMessages: sendings.map(({ topic, partition, records }) => ({
      topic,
      messages: toMessages(partition, records),
    })),
  });
  return sendings.map((sending) => landedAt(sending, answers));
}

function landedAt({ topic, partition }: Sending, answers: readonly RecordMetadata[]): Landed {
  const answer = answers.find((one) => one.topicName === topic && one.partition === partition);
  const base = Number(answer?.baseOffset ?? -1);
  if (answer === undefined || answer.errorCode !== 0 || base < 0) {
    throw new LogUnavailable(`the brokers did not say that ${topic}/${partition} was written`);
  }
  return { base, logged: loggedAt(answer.logAppendTime) };
}

/** The broker's clock; −1 where the topic keeps the sender's, which setup refuses. */
function loggedAt(logAppendTime: string | undefined): string {
  const ms = Number(logAppendTime ?? -1);
  return new Date(ms >= 0 ? ms : Date.now()).toISOString();
}
