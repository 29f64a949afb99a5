import type { Producer, ProducerRecord, RecordMetadata } from 'kafkajs';

import { partitionGiven, send } from './send';

const sending = { topic: 't', partition: 3, records: [{ key: null, value: Buffer.from('x'), headers: { a: 'b' } }] };
const answer = { topicName: 't', partition: 3, errorCode: 0, baseOffset: '7', logAppendTime: '1764061200123' };

function producerThat(answers: RecordMetadata[] | Error) {
  const asked: ProducerRecord[] = [];
  const producer = {
    send: async (record: ProducerRecord) => {
      asked.push(record);
      if (answers instanceof Error) throw answers;
      return answers;
    },
  } as unknown as Producer;
  const sent = () => send(producer, sending, { compression: 'none', replicationTimeoutMs: 1_000 });
  return { asked, sent };
}

describe('a send', () => {
  it('is a success where the answer names the topic and partition, with the offset and the log’s own time', async () => {
    const { asked, sent } = producerThat([{ ...answer, partition: 2 }, answer]);
    expect(await sent()).toEqual({ base: 7, logged: '2025-11-25T09:00:00.123Z' });
    expect(asked).toMatchObject([{ topic: 't', acks: -1, timeout: 1_000, messages: [{ partition: 3 }] }]);
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
