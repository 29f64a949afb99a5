import { TOPICS } from '@mps-ledger/records';
import { freePorts } from '@mps-ledger/testing';
import { checkNotifications, checkSame } from '../checks';
import type { Bench, ContestantName, Measurement, Stage } from '../contract';
import { allAccepted, startGenerator, type Generator } from '../generator';
import { startMeter } from '../meter';
import { notificationTemplate, SEED_000 } from '../notifications';
import { makeLedger } from '../ours';
import { startAnchor } from '../programs';
import { makeTopics, type Topics } from '../topics';

/** HTTP POST of 4 KB bodies → raw log on Kafka, answered when the broker has them. */
export const ingest: Bench = {
  name: 'ingest',
  about: 'HTTP POST of 4 KB bodies to the raw log on Kafka, acks −1',
  notification: SEED_000,
  contestants: ['ours', 'fastify-batch', 'fastify-send', 'fastify-only'],
  prepare: async (stage) => {
    const generator = startGenerator();
    return {
      run: (contestant, round) => run(stage, generator, contestant, round),
      close: async () => generator.close(),
    };
  },
};

const CONNECTIONS = [64, 256] as const;
const PATH = '/notify/mps';

/** A contestant that takes callbacks. */
interface Receiver {
  readonly port: number;
  readonly pids: readonly number[];
  /** Ends it, and compares its own account, if it gives one, with what was accepted. */
  finish(accepted: number, bytes: number): Promise<void>;
  drop(): Promise<void>;
}

async function run(
  stage: Stage,
  generator: Generator,
  contestant: ContestantName,
  round: number,
): Promise<readonly Measurement[]> {
  const topics = await makeTopics(stage);
  const name = `${contestant}-${round}`;
  let receiver: Receiver | undefined;
  try {
    receiver = await startReceiver(stage, topics, contestant);
    const { accepted, measurements } = await offer(stage, generator, receiver, name);
    await receiver.finish(accepted, accepted * notificationTemplate(name).body.length);
    if (contestant !== 'fastify-only') await checkNotifications(topics, TOPICS.raw, name, accepted);
    return measurements;
  } finally {
    await receiver?.drop();
    await topics.drop();
  }
}

async function startReceiver(stage: Stage, topics: Topics, contestant: ContestantName): Promise<Receiver> {
  if (contestant === 'ours') {
    const ledger = await makeLedger(stage, topics.prefix);
    await ledger.start('ingest');
    return { port: ledger.callbacks, pids: ledger.pids(), finish: () => ledger.stop(), drop: () => ledger.drop() };
  }
  const [port = 0] = await freePorts(1);
  const anchor = await startAnchor(contestant, { port, brokers: stage.brokers, topics: { to: topics.raw } });
  return {
    port,
    pids: [anchor.pid],
    async finish(accepted, bytes) {
      const account = await anchor.stop();
      checkSame('notifications by its own account', account.items, accepted);
      checkSame('bytes by its own account', account.checks['bytes'] ?? 0, bytes);
    },
    drop: () => anchor.end(),
  };
}

const ENDLESS = Number.MAX_SAFE_INTEGER;
/** For each number of connections, and for half of what 64 got through. */
const SECONDS = { quick: 3, full: 4 } as const;

/** Warms up, then offers as much as is taken over 64 and 256 connections, then half of what 64 got through. */
async function offer(stage: Stage, generator: Generator, { port, pids }: Receiver, name: string) {
  const seconds = SECONDS[stage.options.quick ? 'quick' : 'full'];
  const to = { port, path: PATH };
  const post = (connections: number, first: number) =>
    generator.run({ do: 'post-all', run: name, to, connections, first, count: ENDLESS, limitSeconds: seconds });
  const measurements: Measurement[] = [];
  let accepted = allAccepted(await post(64, 0));
  for (const connections of CONNECTIONS) {
    const meter = startMeter(stage, pids);
    const load = await post(connections, accepted);
    const items = allAccepted(load);
    accepted += items;
    const measured = { value: items / load.seconds, ...meter.read(items) };
    measurements.push({ case: `${connections} connections`, unit: 'notifications/s', better: 'more', ...measured });
  }
  const perSecond = Math.max(1, Math.floor((measurements[0]?.value ?? 0) / 2));
  const half = { do: 'post-at-rate', perSecond, seconds } as const;
  const load = await generator.run({ ...half, run: name, to, first: accepted });
  accepted += allAccepted(load);
  const steady = { case: 'at half of what 64 connections got through', better: 'less' } as const;
  measurements.push({ ...steady, unit: 'ms p50', value: load.p50 }, { ...steady, unit: 'ms p99', value: load.p99 });
  return { accepted, measurements };
}
