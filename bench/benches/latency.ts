import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { TOPICS } from '@mps-ledger/wire';
import { checkSame } from '../checks';
import { SIDE_ROUNDS, type Bench, type ContestantName, type Measurement, type Stage } from '../contract';
import { refusals, startGenerator, type Generator } from '../generator';
import { startMeter } from '../meter';
import { EVENTS_PER_NOTIFICATION, SEED_000 } from '../notifications';
import { makeLedger, type Ledger } from '../ours';
import { startAnchor, type Anchor } from '../programs';
import { countOf } from '../rows';
import { makeTopics } from '../topics';

/** From a callback's answer to the task's answer that includes it, at steady rates. */
export const latency: Bench = {
  name: 'latency',
  about: 'from accepted to visible over HTTP, at steady rates, over Kafka',
  notification: SEED_000,
  contestants: ['ours', 'minimal'],
  prepare: (stage) => {
    const generator = startGenerator();
    return Promise.resolve({
      run: async (contestant: ContestantName, round: number) => {
        const measurements: Measurement[] = [];
        for (const perSecond of round <= SIDE_ROUNDS ? RATES : [WANTED])
          measurements.push(
            ...(await (contestant === 'ours' ? runOurs(stage, generator, perSecond) : runMinimal(stage, perSecond))),
          );
        return measurements;
      },
      close: () => {
        generator.close();
        return Promise.resolve();
      },
    });
  },
};

const RATES = [50, 500, 1_000] as const;
/** The rate that the goal is about. */
const WANTED = 500;

function timesOf({ options: { quick } }: Stage): { readonly warmUpSeconds: number; readonly seconds: number } {
  return quick ? { warmUpSeconds: 3, seconds: 4 } : { warmUpSeconds: 6, seconds: 8 };
}

async function runOurs(stage: Stage, generator: Generator, perSecond: number): Promise<readonly Measurement[]> {
  const { warmUpSeconds, seconds } = timesOf(stage);
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix);
  try {
    await ledger.start('ingest', 'projector', 'query');
    const see = { do: 'see-at-rate', run: 'latency', to: { port: ledger.callbacks, path: '/notify/mps' } } as const;
    const offer = { ...see, api: ledger.api, perSecond };
    const warmUp = perSecond * warmUpSeconds;
    const heated = refusals(await generator.run({ ...offer, first: 0, seconds: warmUpSeconds }));
    if (heated !== null) return measurementsOf(perSecond, { p50: NaN, p99: NaN }, { fault: heated });
    const meter = startMeter(stage, ledger.pids());
    const load = await generator.run({ ...offer, first: warmUp, seconds });
    const measured = meter.read(load.accepted);
    const fault = refusals(load);
    if (fault !== null) return measurementsOf(perSecond, load, { fault });
    await checkRows(ledger, warmUp + load.accepted);
    return measurementsOf(perSecond, load, measured);
  } finally {
    await ledger.drop();
    await topics.drop();
  }
}

async function checkRows({ databaseUrl }: Ledger, notifications: number): Promise<void> {
  const rows = await countOf(databaseUrl, 'tasks_v1.history');
  checkSame('rows of history', rows, notifications * EVENTS_PER_NOTIFICATION);
}

async function runMinimal(stage: Stage, perSecond: number): Promise<readonly Measurement[]> {
  const topics = await makeTopics(stage);
  const databaseUrl = await stage.makeDatabase();
  const load = { perSecond, ...timesOf(stage) };
  const task = { brokers: stage.brokers, databaseUrl, load, group: `${topics.prefix}minimal` };
  let anchor: Anchor | undefined;
  try {
    anchor = await startAnchor('latency-minimal', { ...task, topics: { from: topics.raw, to: topics.raw } });
    const items = perSecond * (load.warmUpSeconds + load.seconds);
    await pause(load.warmUpSeconds * 1000);
    const meter = startMeter(stage, [anchor.pid]);
    await pause(load.seconds * 1000);
    await eventually(async () => (await countOf(databaseUrl, 'seen')) >= items, { what: 'all rows' });
    const measured = meter.read(perSecond * load.seconds);
    const { checks } = await anchor.stop();
    checkSame('records on the log', await topics.count(TOPICS.raw), items);
    checkSame('rows', await countOf(databaseUrl, 'seen'), items);
    return measurementsOf(perSecond, { p50: checks['p50'] ?? NaN, p99: checks['p99'] ?? NaN }, measured);
  } finally {
    await anchor?.end();
    await stage.dropDatabase(databaseUrl);
    await topics.drop();
  }
}

function measurementsOf(
  perSecond: number,
  { p50, p99 }: { readonly p50: number; readonly p99: number },
  measured: Pick<Measurement, 'cpuUs' | 'peakRssMb' | 'fault'>,
): readonly Measurement[] {
  const of = { case: `${perSecond} notifications/s`, better: 'less', ...measured } as const;
  return [
    { ...of, unit: 'ms p50', value: p50 },
    { ...of, unit: 'ms p99', value: p99 },
  ];
}
