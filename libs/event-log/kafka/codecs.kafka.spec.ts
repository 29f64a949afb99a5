import { Kafka, logLevel, ConfigResourceTypes } from 'kafkajs';

import { makeKafkaLog, setupKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { collect, describeOwnBrokers, record, testBrokers, testTopicPrefix } from '@mps-ledger/testing';

import { removeTopics } from './testing/topics';

jest.setTimeout(120_000);

const TOPIC = 'codecs';
const layout = { topics: [TOPIC], partitions: 2 };

/** Empty ones, large ones, some that cannot be made smaller, many in a batch. */
function valuesFor(codec: string): string[] {
  const noise = Array.from({ length: 20_000 }, (_, index) => String.fromCodePoint(33 + ((index * index * 31) % 9_000)));
  const small = Array.from({ length: 500 }, (_, index) => JSON.stringify({ codec, index, status: 'PROCESSING' }));
  return ['', ...small, noise.join(''), `${codec} `.repeat(100_000), ''];
}

let topicPrefix: string;
let log: EventLog;

async function compressAs(codec: string): Promise<void> {
  const admin = new Kafka({ brokers: [...testBrokers()], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = [
    { name: 'compression.type', value: codec },
    // What is not named is reset.
    { name: 'max.message.bytes', value: '8388608' },
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
  ];
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: `${topicPrefix}${TOPIC}`, configEntries }],
  });
  await admin.disconnect();
}

describeOwnBrokers('records of a topic that the brokers compress', () => {
  beforeAll(async () => {
    topicPrefix = testTopicPrefix();
    const place = { brokers: testBrokers(), topicPrefix, singleBroker: true, layout };
    await setupKafkaLog(place);
    log = makeKafkaLog(place);
  });
  afterAll(async () => {
    await log.close();
    await removeTopics(testBrokers(), topicPrefix);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'])(
    'by %s are followed and read as they were',
    async (codec) => {
      const values = valuesFor(codec);
      const [before = 0] = await log.endPositions(TOPIC);
      const { delivered, follower } = collect(log, {
        group: codec,
        topic: TOPIC,
        startAt: async (one) => (one === 0 ? before : 0),
      });
      await compressAs(codec);
      await log.append(
        TOPIC,
        0,
        values.map((value) => record(value)),
      );
      await log.append(TOPIC, 0, [record(`alone ${'y'.repeat(2_000_000)}`)]);
      const wanted = [...values, `alone ${'y'.repeat(2_000_000)}`];
      await eventually(() => delivered.texts(0).length === wanted.length);
      expect(delivered.texts(0)).toEqual(wanted);
      const read: string[] = [];
      const stretch = { topic: TOPIC, partition: 0, from: before, to: Number.MAX_SAFE_INTEGER };
      for await (const records of log.read(stretch)) read.push(...records.map(({ value }) => String(value)));
      expect(read).toEqual(wanted);
      // From the middle of a batch, too.
      for await (const [first] of log.read({ ...stretch, from: before + 100 })) {
        expect(String(first?.value)).toBe(wanted[100]);
        break;
      }
      await follower.stop();
    },
  );
});
