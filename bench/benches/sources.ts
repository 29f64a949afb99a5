import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@mps-ledger/records';
import { DOUBLE_SECRET, firstThreadCpuSeconds, startCmqDouble, type CmqDouble } from '@mps-ledger/testing';
import { checkNotifications, checkSame } from '../checks';
import type { Bench, CpuByProcess, Measurement, Stage } from '../contract';
import { allAccepted, startGenerator, type Generator } from '../generator';
import { startMeter, type Meter } from '../meter';
import { EVENTS_PER_NOTIFICATION, makeNotifications, SEED_000 } from '../notifications';
import { makeLedger } from '../ours';
import { median } from '../statistics';
import { makeTopics, type Topics } from '../topics';
import { idleQueues } from './idle-queues';

/** Ingest over a queue of the double of CMQ, by callbacks, and over queues in which nothing happens. */
export const sources: Bench = {
  name: 'sources',
  about:
    'notifications of 4 KB from a queue of the double of CMQ, logged and deleted, and as many by callbacks; and 20 empty queues',
  notification: SEED_000,
  contestants: ['ours'],
  prepare: (stage) => {
    const generator = startGenerator();
    return Promise.resolve({
      run: async (_, round) => [...(await compareWays(stage, generator, round)), ...(await idleQueues(stage))],
      close: async () => generator.close(),
    });
  },
};

/** A queue's client is compiled late: it sends two requests for 16 notifications. */
const COUNTS = { quick: { warmUp: 16_000, slices: 8 }, full: { warmUp: 40_000, slices: 20 } } as const;
const SLICE = 2_000;
const CONNECTIONS = 64;
const QUEUE = 'mps-events';

/** One way in, with an ingest of its own. */
interface WayIn {
  /** The case in the table. */
  readonly name: string;
  /** Delivers notifications, numbered on from `first`, until all are acknowledged. */
  deliver(first: number, count: number): Promise<void>;
  /** Until so many are derived, of all that were delivered. */
  untilDerived(count: number): Promise<void>;
  /** CPU seconds of its thread that receives, so far. */
  receivingSeconds(): number;
  startMeter(): Meter;
  /** Whether all, so many, are on the log, once each. */
  check(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Both ways have the same work: as many notifications, received and derived, slice by slice in turn, so that whatever else the
 * machine does disturbs both. One way has more of them derived while they are received than the other, in a thread of its own; so
 * the CPU time of the program is counted until all of a slice are derived.
 */
async function compareWays(stage: Stage, generator: Generator, round: number): Promise<readonly Measurement[]> {
  const { warmUp, slices } = COUNTS[stage.options.quick ? 'quick' : 'full'];
  const ways: WayIn[] = [];
  try {
    ways.push(await startQueue(stage, `queue-${round}`), await startCallbacks(stage, generator, `callback-${round}`));
    for (const way of ways) await runSlice(way, 0, warmUp);
    const costs = ways.map((): Cost[] => []);
    for (let slice = 0; slice < slices; slice += 1)
      for (const [at, way] of ways.entries()) costs[at]?.push(await runSlice(way, warmUp + slice * SLICE, SLICE));
    for (const way of ways) await way.check(warmUp + slices * SLICE);
    return measurementsOf(ways, costs.map(medianOf));
  } finally {
    for (const way of ways) await way.close();
  }
}

/** The cost of notifications, each. */
interface Cost {
  /** From the first delivery to the last acknowledgement. */
  readonly seconds: number;
  /** CPU time of the thread that receives, in that time. */
  readonly receivingUs: number;
  /** CPU time until all are derived, and memory. */
  readonly used: ReturnType<Meter['read']>;
}

async function runSlice(way: WayIn, first: number, count: number): Promise<Cost> {
  const meter = way.startMeter();
  const [began, before] = [performance.now(), way.receivingSeconds()];
  await way.deliver(first, count);
  const seconds = (performance.now() - began) / 1000 / count;
  const receivingUs = ((way.receivingSeconds() - before) * 1e6) / count;
  await way.untilDerived(first + count);
  return { seconds, receivingUs, used: meter.read(count) };
}

/** The median of slices: other work of the machine makes some of them slower, and costlier. */
function medianOf(costs: readonly Cost[]): Cost {
  const of = (figure: (cost: Cost) => number): number => median(costs.map(figure));
  const cpu = (name: keyof CpuByProcess): number => of(({ used }) => used.cpuUs[name]);
  return {
    seconds: of(({ seconds }) => seconds),
    receivingUs: of(({ receivingUs }) => receivingUs),
    used: {
      cpuUs: { program: cpu('program'), postgres: cpu('postgres'), broker: cpu('broker') },
      peakRssMb: Math.max(...costs.map(({ used }) => used.peakRssMb)),
    },
  };
}

function measurementsOf(ways: readonly WayIn[], costs: readonly Cost[]): readonly Measurement[] {
  const each = ways.flatMap(({ name }, at): readonly Measurement[] => {
    const cost = costs[at];
    if (cost === undefined) return [];
    return [
      { case: name, unit: 'notifications/s', better: 'more', value: 1 / cost.seconds, ...cost.used },
      { case: `${name}: the thread that receives`, unit: 'CPU µs', better: 'less', value: cost.receivingUs },
    ];
  });
  const ratio = (of: string, value: (cost: Cost) => number): readonly Measurement[] => {
    const [queue = Number.NaN, callbacks = Number.NaN] = costs.map(value);
    return [{ case: of, unit: 'CPU by callbacks / from the queue', better: 'more', value: callbacks / queue }];
  };
  return [
    ...each,
    ...ratio('received and derived', ({ used }) => used.cpuUs.program),
    ...ratio('the thread that receives', ({ receivingUs }) => receivingUs),
  ];
}

async function startQueue(stage: Stage, run: string): Promise<WayIn> {
  const cmq = await startCmqDouble({ queues: [QUEUE] });
  const key = { CMQ_ENDPOINT: cmq.url, CMQ_SECRET_ID: DOUBLE_SECRET.id, CMQ_SECRET_KEY: DOUBLE_SECRET.key };
  const ingest = await startIngest(stage, run, { ...key, CMQ_QUEUE: QUEUE });
  const bodyOf = makeNotifications(run);
  return {
    ...ingest,
    name: 'from the queue',
    async deliver(first, count) {
      for (let number = first; number < first + count; number += 1) cmq.send(QUEUE, [bodyOf(number).body]);
      await untilEmpty(cmq);
    },
    async close() {
      await ingest.close();
      await cmq.close();
    },
  };
}

async function startCallbacks(stage: Stage, generator: Generator, run: string): Promise<WayIn> {
  const ingest = await startIngest(stage, run, {});
  const to = { port: ingest.callbacks, path: '/notify/mps' };
  return {
    ...ingest,
    name: `by callbacks, ${CONNECTIONS} connections`,
    async deliver(first, count) {
      const limitSeconds = LONGEST_MS / 1000;
      const post = { do: 'post-all', run, connections: CONNECTIONS, first, count, to, limitSeconds } as const;
      checkSame('callbacks answered', allAccepted(await generator.run(post)), count);
    },
  };
}

/** An ingest over topics of its own. */
async function startIngest(stage: Stage, run: string, variables: Readonly<Record<string, string>>) {
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix, variables);
  await ledger.start('ingest');
  const pids = ledger.pids();
  return {
    callbacks: ledger.callbacks,
    untilDerived: (count: number) => untilDerived(topics, count),
    receivingSeconds: () => pids.reduce((sum, pid) => sum + firstThreadCpuSeconds(pid), 0),
    startMeter: () => startMeter(stage, pids),
    check: (count: number) => checkNotifications(topics, TOPICS.raw, run, count),
    async close() {
      await ledger.drop();
      await topics.drop();
    },
  };
}

const LONGEST_MS = 180_000;

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + LONGEST_MS;
  while (!(await isSo())) {
    if (performance.now() > limit) throw new Error(`${what} did not happen within ${LONGEST_MS / 1000} s`);
    await pause(20);
  }
}

const untilEmpty = (cmq: CmqDouble): Promise<void> =>
  until('that the queue is empty', () => {
    const { visible, invisible } = cmq.stats(QUEUE);
    return visible + invisible === 0;
  });

const untilDerived = (topics: Topics, notifications: number): Promise<void> =>
  until(
    'that all is derived',
    async () => (await topics.count(TOPICS.events)) >= notifications * EVENTS_PER_NOTIFICATION,
  );
