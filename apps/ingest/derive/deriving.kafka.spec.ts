import { FIRST_GENERATIONS, makeKafkaLog, setupKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { makeMetrics, silentLogger } from '@mps-ledger/platform';
import { eventually } from '@mps-ledger/spec-kit';
import { describeKafka, hostile, testBrokers, testTopicPrefix } from '@mps-ledger/testing';
import { deriveGroup, TOPICS } from '@mps-ledger/records';
import { startDeriving, type Deriving } from './deriving';
import { makeIngestMetrics } from '../ingest-metrics';
import { SPEC_LAYOUT } from '../testing/callback-listener';
import { allDerived, receiveInto } from '../testing/derived-once';

jest.setTimeout(180_000);

const SEED = Number(process.env['LOG_SEED'] ?? Date.now() % 1_000_000);

describeKafka('deriving on Kafka', () => {
  const opened: EventLog[] = [];
  let options: Parameters<typeof setupKafkaLog>[0];

  beforeEach(async () => {
    options = { brokers: testBrokers(), layout: SPEC_LAYOUT, topicPrefix: testTopicPrefix(), singleBroker: true };
    await setupKafkaLog({ ...options, retentionMs: {} });
  });
  afterEach(() => Promise.all(opened.splice(0).map((log) => log.close())));

  function open(): EventLog {
    const log = makeKafkaLog({ ...options, sessionTimeoutMs: 6_000 });
    opened.push(log);
    return log;
  }

  function derive(log: EventLog): Deriving {
    const metrics = makeIngestMetrics(makeMetrics({ processMetrics: false }));
    return startDeriving({ log, generations: FIRST_GENERATIONS, logger: silentLogger(), metrics });
  }

  const untilAllDerived = (log: EventLog) =>
    eventually(() => allDerived(log), { timeoutMs: 90_000, what: 'every raw record to be derived' });

  it('continues after what was derived, each record once, and commits it as a hint', async () => {
    const log = open();
    await receiveInto(log, 1, 'first', 20);
    const before = derive(log);
    await untilAllDerived(log);
    await before.stop();
    await receiveInto(log, 1, 'waits', 30);
    const after = derive(log);
    expect(await untilAllDerived(log)).toEqual(Array(50).fill(1));
    await eventually(async () => (await log.progress(deriveGroup(FIRST_GENERATIONS), TOPICS.raw))[1] === 51);
    expect(after.problems()).toEqual([]);
    await after.stop();
  });

  it(`skips nothing through every hostility (LOG_SEED=${SEED})`, async () => {
    const logs = [0, 1].map((number) => hostile(open(), { seed: SEED + number }));
    const derivings = logs.map(derive);
    for (const [number, log] of logs.entries()) await receiveInto(log, number, `h${number}`, 60);
    await untilAllDerived(logs[0]!);
    expect(logs.some(({ deeds }) => deeds.lostAcknowledgement > 0)).toBe(true);
    expect(derivings.flatMap((one) => one.problems()).filter(({ code }) => code === 'log-replaced')).toEqual([]);
    await Promise.all(derivings.map((one) => one.stop()));
  });
});
