import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { TOPICS } from '@mps-ledger/records';
import { checkSame } from '../checks';
import type { Bench, ContestantName, Measurement, Stage, SteadyLoad } from '../contract';
import { overload, startGenerator, type Generator } from '../generator';
import { startMeter, type Meter } from '../meter';
import { EVENTS_PER_NOTIFICATION, SEED_000 } from '../notifications';
import { makeLedger, type Ledger } from '../ours';
import { startAnchor, type Anchor } from '../programs';
import { countOf } from '../rows';
import { makeTopics } from '../topics';

/** From a callback's answer to the task's answer that includes it, at one steady rate after the other. */
export const latency: Bench = {
  name: 'latency',
  about: 'from accepted to visible over HTTP, at steady rates, over Kafka',
  notification: SEED_000,
  contestants: ['ours', 'minimal'],
  prepare: (stage) => {
    const generator = startGenerator();
    return Promise.resolve({
      run: (contestant: ContestantName) => (contestant === 'ours' ? runOurs(stage, generator) : runMinimal(stage)),
      close: () => {
        generator.close();
        return Promise.resolve();
      },
    });
  },
};

function loadOf({ options: { quick } }: Stage): SteadyLoad {
  const rates = [50, 500, 1_000];
  return quick ? { rates, warmUpSeconds: 4, seconds: 3 } : { rates, warmUpSeconds: 8, seconds: 6 };
}

async function runOurs(stage: Stage, generator: Generator): Promise<readonly Measurement[]> {
  const { rates, warmUpSeconds, seconds } = loadOf(stage);
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix);
  try {
    await ledger.start('ingest', 'projector', 'query');
    const to = { port: ledger.callbacks, path: '/notify/mps' };
    const measurements: Measurement[] = [];
    let [first, posted] = [0, 0];
    const offer = async (perSecond: number, forSeconds: number) => {
      const run = { do: 'see-at-rate', run: 'latency', to, api: ledger.api, perSecond, seconds: forSeconds } as const;
      const load = await generator.run({ ...run, first });
      first += perSecond * forSeconds;
      posted += load.posted;
      return { load, fault: overload(load) };
    };
    for (const perSecond of rates) {
      await offer(perSecond, warmUpSeconds);
      const meter = startMeter(stage, ledger.pids());
      const { load, fault } = await offer(perSecond, seconds);
      measurements.push(...measurementsOf(perSecond, load, fault === null ? meter.read(load.accepted) : { fault }));
      checkSame('notifications on the log', await topics.count(TOPICS.raw), posted);
      await checkRows(ledger, posted * EVENTS_PER_NOTIFICATION);
    }
    return measurements;
  } finally {
    await ledger.drop();
    await topics.drop();
  }
}

/** Waits until all that was accepted is in the rows, and nothing else. */
async function checkRows({ databaseUrl }: Ledger, rows: number): Promise<void> {
  const count = () => countOf(databaseUrl, 'tasks_v1.history');
  await eventually(async () => (await count()) >= rows, { what: 'all rows', timeoutMs: 120_000 });
  checkSame('rows of history', await count(), rows);
}

async function runMinimal(stage: Stage): Promise<readonly Measurement[]> {
  const load = loadOf(stage);
  const topics = await makeTopics(stage);
  const databaseUrl = await stage.makeDatabase();
  const task = { brokers: stage.brokers, databaseUrl, load, group: `${topics.prefix}minimal` };
  let anchor: Anchor | undefined;
  try {
    anchor = await startAnchor('latency-minimal', { ...task, topics: { from: topics.raw, to: topics.raw } });
    const measured: ReturnType<Meter['read']>[] = [];
    for (const perSecond of load.rates) {
      await pause(load.warmUpSeconds * 1000);
      const meter = startMeter(stage, [anchor.pid]);
      await pause(load.seconds * 1000);
      measured.push(meter.read(perSecond * load.seconds));
    }
    const items = load.rates.reduce((sum, rate) => sum + rate * (load.warmUpSeconds + load.seconds), 0);
    await eventually(async () => (await countOf(databaseUrl, 'seen')) >= items, { what: 'all rows' });
    const { checks } = await anchor.stop();
    checkSame('records on the log', await topics.count(TOPICS.raw), items);
    checkSame('rows', await countOf(databaseUrl, 'seen'), items);
    return load.rates.flatMap((rate, index) => {
      const times = { p50: checks[`p50 at ${rate}`] ?? NaN, p99: checks[`p99 at ${rate}`] ?? NaN };
      return measurementsOf(rate, times, measured[index] ?? {});
    });
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
