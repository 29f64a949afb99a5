import { makeKafkaLog, setupKafkaLog, type EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  collect,
  describeOwnBrokers,
  record,
  startProxiedBroker,
  testTopicPrefix,
  type KafkaApi,
  type ProxiedBroker,
} from '@mps-ledger/testing';

jest.setTimeout(600_000);

const TOPIC = 'cuts';
/** The least that brokers allow: a heartbeat each second. */
const SESSION_MS = 6_000;
/** After each cut the work has to go on within this time, most of it a busy machine's. */
const SOON = { timeoutMs: 20_000 };
/** How many join their groups at once, where each takes its time. */
const LANES = 16;

type How = 'reset' | 'end';

let kafka: ProxiedBroker;
let topicPrefix: string;
const opened: EventLog[] = [];
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);

function open(way: 'direct' | 'proxied'): EventLog {
  const log = makeKafkaLog({
    ...{ brokers: kafka[way], layout: { topics: [TOPIC], partitions: 1 }, topicPrefix, singleBroker: true },
    ...{ sessionTimeoutMs: SESSION_MS, requestTimeoutMs: 2_000 },
  });
  opened.push(log);
  return log;
}

/**
 * Cuts answers of a kind, the next one byte later than the last, until one was cut at every byte that it has. Those shorter
 * than `atLeast` pass, and so does what comes between a cut and `next`, so that the work can go on.
 */
class Cuts {
  private at = -1;
  private isArmed = false;
  private length = Infinity;

  constructor(
    private readonly api: KafkaApi,
    how: How,
    atLeast = 0,
  ) {
    kafka.proxy.harmResponses(api, (response) => {
      if (!this.isArmed || response.length < atLeast) return undefined;
      this.isArmed = false;
      this.length = response.length;
      return { bytes: response.subarray(0, this.at), then: how };
    });
  }

  /** Whether the last one was cut already. */
  get isDone(): boolean {
    return !this.isArmed;
  }

  /** Cuts the next answer; false where every byte had its turn. */
  next(): boolean {
    this.at += 1;
    this.isArmed = this.at < this.length;
    if (!this.isArmed) kafka.proxy.harmResponses(this.api, undefined);
    return this.isArmed;
  }
}

/** Everything in the log, read past all faults. */
async function textsOf(): Promise<string[]> {
  const texts: string[] = [];
  const stretch = { topic: TOPIC, partition: 0, from: 0, to: Number.MAX_SAFE_INTEGER };
  for await (const records of open('direct').read(stretch)) texts.push(...records.map(({ value }) => String(value)));
  return texts;
}

describeOwnBrokers('an answer that is cut at any of its bytes', () => {
  beforeAll(async () => {
    kafka = await startProxiedBroker();
    process.on('uncaughtException', note).on('unhandledRejection', note);
  });
  beforeEach(async () => {
    topicPrefix = testTopicPrefix();
    await setupKafkaLog({
      ...{ brokers: kafka.direct, layout: { topics: [TOPIC], partitions: 1 }, topicPrefix, singleBroker: true },
    });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    expect(uncaught).toEqual([]);
  });
  afterAll(async () => {
    process.off('uncaughtException', note).off('unhandledRejection', note);
    await kafka.stop();
  });

  describe.each<How>(['reset', 'end'])('by a connection’s %s', (how) => {
    it('of appending loses nothing and answers each append its own offsets', async () => {
      const log = open('proxied');
      await log.append(TOPIC, 0, [record('first')]);
      const placed = new Map<number, string>();
      const cuts = new Cuts('Produce', how);
      for (let count = 0; cuts.next(); count += 1) {
        const { offsets } = await log.append(TOPIC, 0, [record(`append ${count}`)]);
        placed.set(offsets[0]!, `append ${count}`);
      }
      const texts = await textsOf();
      expect(placed.size).toBeGreaterThan(40);
      for (const [offset, text] of placed) expect(texts[offset]).toBe(text);
    });

    it('of fetching skips nothing and changes nothing', async () => {
      const [log, direct] = [open('proxied'), open('direct')];
      const { delivered, follower } = collect(log, { group: 'fetching', topic: TOPIC });
      const sent: string[] = [];
      const value = 'x'.repeat(200);
      for (const cuts = new Cuts('Fetch', how, value.length); cuts.next();) {
        sent.push(`${sent.length} ${value}`);
        await direct.append(TOPIC, 0, [record(sent.at(-1)!)]);
        await eventually(() => cuts.isDone && delivered.texts(0).length === sent.length, SOON);
      }
      expect(sent.length).toBeGreaterThan(value.length);
      expect(delivered.texts(0)).toEqual(sent);
      await follower.stop();
    });

    it.each<KafkaApi>(['Fetch', 'Metadata', 'ListOffsets'])(
      'of reading, here %s, ends no stretch early',
      async (api) => {
        const log = open('proxied');
        await log.append(
          TOPIC,
          0,
          ['a', 'b', 'c'].map((text) => record(text)),
        );
        const read = async (): Promise<number> => {
          let count = 0;
          for await (const records of log.read({ topic: TOPIC, partition: 0, from: 1, to: 4 })) count += records.length;
          return count;
        };
        for (const cuts = new Cuts(api, how); cuts.next();) {
          expect(await read()).toBe(3);
          expect(cuts.isDone).toBe(true);
        }
      },
    );

    it.each<KafkaApi>(['Heartbeat', 'OffsetCommit'])('of a member of a group, here %s, keeps it going', async (api) => {
      const [log, direct] = [open('proxied'), open('direct')];
      const { delivered, follower } = collect(log, { group: api, topic: TOPIC });
      const sent: string[] = [];
      for (const cuts = new Cuts(api, how); cuts.next();) {
        sent.push(`record ${sent.length}`);
        await direct.append(TOPIC, 0, [record(sent.at(-1)!)]);
        await eventually(() => cuts.isDone && delivered.texts(0).length === sent.length, SOON);
      }
      await eventually(async () => (await direct.progress(api, TOPIC))[0] === sent.length + 1, SOON);
      expect(delivered.texts(0)).toEqual(sent);
      await follower.stop();
    });

    it.each<KafkaApi>(['JoinGroup', 'SyncGroup', 'FindCoordinator', 'OffsetFetch', 'ApiVersions'])(
      'of joining a group, here %s, delays it only',
      async (api) => {
        const log = open('proxied');
        await log.append(TOPIC, 0, [record('there')]);
        const cuts = new Cuts(api, how);
        let rounds = 0;
        const lane = async (name: string): Promise<void> => {
          while (cuts.next()) {
            rounds += 1;
            const { delivered, follower } = collect(log, { group: `${name}.${rounds}`, topic: TOPIC });
            await eventually(() => delivered.texts(0).length === 1, SOON);
            await follower.stop();
          }
        };
        await Promise.all(Array.from({ length: LANES }, (_, index) => lane(`lane-${index}`)));
        expect(rounds).toBeGreaterThan(20);
      },
    );
  });
});
