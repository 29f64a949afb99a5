import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';

import { makeKafkaLog, setupKafkaLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { describeOwnBrokers, numbered, record, testBrokers, testTopicPrefix } from '@mps-ledger/testing';

import { removeTopics } from '../testing/topics';

jest.setTimeout(120_000);

const TOPIC = 'large';
const layout = { topics: [TOPIC], partitions: 2 };

/** The topic takes so many bytes at once from now on. What is not named is reset. */
async function takeAtMost(name: string, bytes: number): Promise<void> {
  const admin = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = [
    { name: 'max.message.bytes', value: String(bytes) },
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
  ];
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries }],
  });
  await admin.disconnect();
}

describeOwnBrokers('a topic that takes less than setup made it take', () => {
  it('refuses what is too large alone, and nothing that was sent with it', async () => {
    const topicPrefix = testTopicPrefix();
    const place = { brokers: testBrokers(), topicPrefix, singleBroker: true, layout };
    await setupKafkaLog(place);
    const log = makeKafkaLog(place);
    const large = record('x'.repeat(2_000_000));
    await takeAtMost(`${topicPrefix}${TOPIC}`, 20_000);
    const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;
    await eventually(async () => (await log.append(TOPIC, 0, [large]).catch(codeOf)) === 'record-too-large');
    // Together they are too large as well.
    const small = numbered('small', 60).map((text) => text.padEnd(2_000));
    const appends = small.map((text, index) => log.append(TOPIC, index % 2, [record(text)]));
    const refused = log.append(TOPIC, 0, [large]);
    await expect(refused).rejects.toMatchObject({ code: 'record-too-large', message: /max\.message\.bytes is lower/ });
    const places = await Promise.all(appends);
    await takeAtMost(`${topicPrefix}${TOPIC}`, 8 * 1024 * 1024);
    const { offsets } = await eventually(() => log.append(TOPIC, 0, [large]));
    for (const [
      index,
      {
        offsets: [offset = -1],
      },
    ] of places.entries()) {
      const stretch = { topic: TOPIC, partition: index % 2, from: offset, to: offset + 1 };
      for await (const [found] of log.read(stretch)) expect(String(found?.value)).toBe(small[index]);
    }
    expect((await log.endPositions(TOPIC))[0]).toBe(offsets[0]! + 1);
    await log.close();
    await removeTopics(testBrokers(), topicPrefix);
  });
});
