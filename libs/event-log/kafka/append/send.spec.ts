import type { Producer, ProducerBatch, RecordMetadata } from 'kafkajs';

import { partitionGiven, send } from './send';

const one = { topic: 't', partition: 3, records: [{ key: null, value: Buffer.from('x'), headers: { a: 'b' } }] };
const answer = { topicName: 't', partition: 3, errorCode: 0, baseOffset: '7', logAppendTime: '1764061200123' };

function producerThat(answers: RecordMetadata[] | Error) {
  const asked: ProducerBatch[] = [];
  const producer = {
    sendBatch: async (batch: ProducerBatch) => {
      asked.push(batch);
      if (answers instanceof Error) throw answers;
      return answers;
    },
  } as unknown as Producer;
  const sent = (...others: (typeof one)[]) =>
    send(producer, [one, ...others], { compression: 'none', replicationTimeoutMs: 1_000 });
  return { asked, sent };
}

describe('a send', () => {
  it('is a success where the answer names the topic and partition, with the offset and the log’s own time', async () => {
    const { asked, sent } = producerThat([{ ...answer, partition: 2 }, answer]);
    expect(await sent()).toEqual([{ offsets: [7], logged: '2025-11-25T09:00:00.123Z' }]);
    expect(asked).toMatchObject([
      { acks: -1, timeout: 1_000, topicMessages: [{ topic: 't', messages: [{ partition: 3 }] }] },
    ]);
  });

  it('to several partitions answers each with its own place, in their order', async () => {
    const { asked, sent } = producerThat([{ ...answer, partition: 4, baseOffset: '9' }, answer]);
    expect(await sent({ ...one, partition: 4 })).toMatchObject([{ offsets: [7] }, { offsets: [9] }]);
    expect(asked).toHaveLength(1);
  });

  it('to several partitions is no success where the answer does not name each', async () => {
    await expect(producerThat([answer]).sent({ ...one, partition: 4 })).rejects.toMatchObject({
      code: 'log-unavailable',
      message: expect.stringContaining('t/4') as string,
    });
  });

  it.each<[string, RecordMetadata[]]>([
    ['names nothing: the client skipped a broker whose leadership moved', []],
    ['names another partition', [{ ...answer, partition: 4 }]],
    ['names another topic', [{ ...answer, topicName: 'u' }]],
    ['has an error in it', [{ ...answer, errorCode: 7 }]],
    ['has no offset', [{ ...answer, baseOffset: '-1' }]],
  ])('is no success where the answer %s', async (_, answers) => {
    await expect(producerThat(answers).sent()).rejects.toMatchObject({ code: 'log-unavailable' });
  });

  it('goes to the partition that is given, and to none without', () => {
    const at = (partition?: number) =>
      partitionGiven({
        topic: 't',
        partitionMetadata: [],
        message: { value: null, ...(partition !== undefined && { partition }) },
      });
    expect(at(3)).toBe(3);
    expect(() => at()).toThrow('no partition');
  });
});
