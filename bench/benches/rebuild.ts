import type { Bench, Measurement, Stage } from '../contract';
import { allAccepted, overload, startGenerator, type Generator, type Load } from '../generator';
import { EVENTS_PER_NOTIFICATION, makeNotifications, SEED_000 } from '../notifications';
import { makeLedger, type Ledger } from '../ours';
import { PREPARED_RUN, prepareFile, putOnLog, runProjecting, type Waiting } from '../projecting';
import { runRebuilding, schemaOfRebuild, startRebuild } from '../rebuilding';
import { countOf } from '../rows';
import { makeTopics } from '../topics';

/** A rebuild beside what the projector takes for the same, and what live notifications notice of one. */
export const rebuild: Bench = {
  name: 'rebuild',
  about:
    'events on Kafka to a build of the read model, in bulk: --events, and ten times that; live notifications meanwhile',
  notification: SEED_000,
  contestants: ['ours', 'ours-live', 'copy'],
  // Each takes minutes.
  turns: { ours: 1, 'ours-live': 1, copy: 1 },
  prepare: async (stage) => {
    const generator = startGenerator();
    const works = await makeWorks(stage);
    const limitSeconds = stage.options.quick ? QUICK_LIMIT_SECONDS : LIMIT_SECONDS;
    return {
      async run(contestant) {
        const measurements: Measurement[] = [];
        for (const work of works)
          measurements.push(
            ...(contestant === 'ours'
              ? await runRebuilding(stage, work, limitSeconds)
              : await runProjecting(stage, work, contestant, { limitSeconds })),
          );
        return contestant === 'ours' ? [...measurements, ...(await besideLive(stage, generator))] : measurements;
      },
      async close() {
        generator.close();
        for (const { topics } of works) await topics.drop();
      },
    };
  },
};

const LIMIT_SECONDS = 600;
const QUICK_LIMIT_SECONDS = 60;
/** In a full run 0.3 and 3 million events. */
const TIMES = [1, 10];
const QUICK = [1 / 3, 1];

async function makeWorks(stage: Stage): Promise<readonly Waiting[]> {
  const { events, quick } = stage.options;
  const works: Waiting[] = [];
  for (const times of quick ? QUICK : TIMES) {
    const count = Math.round(events * times);
    const name = `${count.toLocaleString('en-US')} events`;
    const work = await putOnLog(stage, name, makeNotifications(PREPARED_RUN), count);
    works.push({ ...work, file: prepareFile(stage, work.filled.notifications) });
  }
  return works;
}

const LIVE_PER_SECOND = 50;
const CONNECTIONS = 32;

/** From accepted to visible at a steady rate, alone and while a rebuild of all that came before runs at its default rate. */
async function besideLive(stage: Stage, generator: Generator): Promise<readonly Measurement[]> {
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix);
  try {
    await ledger.start('ingest', 'projector', 'query');
    const to = { port: ledger.callbacks, path: '/notify/mps' };
    const count = Math.ceil(stage.options.events / EVENTS_PER_NOTIFICATION);
    const limitSeconds = LIMIT_SECONDS;
    const filling = {
      do: 'post-all',
      run: 'rebuild',
      to,
      connections: CONNECTIONS,
      first: 0,
      count,
      limitSeconds,
    } as const;
    let first = allAccepted(await generator.run(filling));
    await untilRows(ledger, first * EVENTS_PER_NOTIFICATION);
    const seconds = stage.options.quick ? 4 : 10;
    const see = async (seconds: number) => {
      const asked = { do: 'see-at-rate', run: 'rebuild', to, api: ledger.api, perSecond: LIVE_PER_SECOND } as const;
      const load = await generator.run({ ...asked, seconds, first });
      first += LIVE_PER_SECOND * seconds;
      return load;
    };
    await see(seconds);
    return await aloneAndBeside(ledger, () => see(seconds));
  } finally {
    await ledger.drop();
    await topics.drop();
  }
}

async function aloneAndBeside(ledger: Ledger, see: () => Promise<Load>): Promise<readonly Measurement[]> {
  const alone = await see();
  const program = startRebuild(ledger);
  const state = { isOver: false };
  void program.ended.then(() => (state.isOver = true));
  await schemaOfRebuild(ledger.databaseUrl);
  const beside = await see();
  const fault = state.isOver ? 'the rebuild was over before: give it more events' : null;
  await program.stop();
  return [
    ...timesOf(`${LIVE_PER_SECOND} notifications/s, alone`, alone, overload(alone)),
    ...timesOf(`${LIVE_PER_SECOND} notifications/s, beside a rebuild`, beside, overload(beside) ?? fault),
  ];
}

async function untilRows({ databaseUrl }: Ledger, rows: number): Promise<void> {
  while ((await countOf(databaseUrl, 'tasks_v1.history')) < rows)
    await new Promise((resolve) => setTimeout(resolve, 200));
}

function timesOf(
  name: string,
  { p50, p99 }: { readonly p50: number; readonly p99: number },
  fault: string | null,
): readonly Measurement[] {
  const of = { case: name, better: 'less', ...(fault !== null && { fault }) } as const;
  return [
    { ...of, unit: 'ms p50', value: p50 },
    { ...of, unit: 'ms p99', value: p99 },
  ];
}
