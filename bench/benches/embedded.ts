import { SIDE_ROUNDS, type Bench, type ContestantName, type Measurement, type Stage } from '../contract';
import { allAccepted, overload, startGenerator, type Generator } from '../generator';
import { startMeter } from '../meter';
import { EVENTS_PER_NOTIFICATION, SEED_000 } from '../notifications';
import { makeStandalone, type Standalone } from '../standalone';
import { dropTopics } from '../topics';

/** The program that `npm start` runs, with its own Postgres: all of it through the log in Postgres, or on Kafka. */
export const embedded: Bench = {
  name: 'embedded',
  about: 'npm start: from HTTP to visible, the log in its own Postgres or on Kafka',
  notification: SEED_000,
  contestants: ['ours', 'ours-on-kafka'],
  turns: { 'ours-on-kafka': SIDE_ROUNDS },
  prepare: (stage) => {
    const generator = startGenerator();
    return Promise.resolve({
      run: (contestant) => run(stage, generator, contestant),
      close: () => {
        generator.close();
        return Promise.resolve();
      },
    });
  },
};

const CONNECTIONS = 64;
const STEADY = 200;
const WARM_UP = 1_000;
/** A turn takes this part of a run's events, from HTTP to the tables. */
const PART = 3;

async function run(stage: Stage, generator: Generator, contestant: ContestantName): Promise<readonly Measurement[]> {
  const prefix = stage.makePrefix();
  const onKafka = { EVENT_LOG: 'kafka', LEDGER_TOPIC_PREFIX: prefix, ...stage.brokerVariables };
  const program = await makeStandalone(stage, contestant === 'ours' ? {} : onKafka);
  try {
    await program.start();
    return await measure(stage, generator, program);
  } finally {
    await program.drop();
    await dropTopics(stage, prefix);
  }
}

/** As much as is taken, until all of it is visible; then how long each takes at a steady rate. */
async function measure(stage: Stage, generator: Generator, program: Standalone): Promise<readonly Measurement[]> {
  const { events, limitSeconds, quick } = stage.options;
  const count = Math.ceil(events / PART / EVENTS_PER_NOTIFICATION);
  const to = { port: program.callbacks, path: '/notify/mps' };
  const post = (first: number, most: number) =>
    generator.run({ do: 'post-all', run: 'embedded', to, connections: CONNECTIONS, first, count: most, limitSeconds });
  let accepted = allAccepted(await post(0, Math.min(WARM_UP, count)));
  await program.untilVisible(accepted);
  const pids = await program.pids();
  const meter = startMeter({ pids: { ...stage.pids, postgres: pids.postgres } }, [pids.program]);
  const began = performance.now();
  const items = allAccepted(await post(accepted, count));
  accepted += items;
  await program.untilVisible(accepted);
  const value = (items * 1000) / (performance.now() - began);
  const measured = { value, ...meter.read(items), extrapolated: items < count };
  const seconds = quick ? 4 : 10;
  const see = { do: 'see-at-rate', run: 'embedded', to, api: program.api, perSecond: STEADY } as const;
  const load = await generator.run({ ...see, first: accepted, seconds });
  const fault = overload(load);
  await program.untilVisible(accepted + load.posted);
  const of = `accepted to visible at ${STEADY} notifications/s`;
  const steady = { case: of, better: 'less', ...(fault !== null && { fault }) } as const;
  return [
    { case: 'ingest to visible', unit: 'notifications/s', better: 'more', ...measured },
    { ...steady, unit: 'ms p50', value: load.p50 },
    { ...steady, unit: 'ms p99', value: load.p99 },
  ];
}
