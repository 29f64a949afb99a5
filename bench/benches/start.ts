import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Measurement, Stage } from '../contract';
import { allAccepted, startGenerator } from '../generator';
import { EVENTS_PER_NOTIFICATION, SEED_000 } from '../notifications';
import { makeStandalone, type Standalone } from '../standalone';

/** `npm start` on a built tree: how soon it answers, how much memory it takes with its Postgres. */
export const start: Bench = {
  name: 'start',
  about: 'npm start on a built tree: seconds to the first answer, memory with its Postgres',
  notification: SEED_000,
  contestants: ['ours'],
  prepare: (stage) =>
    Promise.resolve({
      run: (_contestant, round) => run(stage, round),
      close: () => Promise.resolve(),
    }),
};

const IDLE_MS = 2_000;
/** What a full run asks for; a smaller one handles as many events as any turn does. */
const FULL_RUN = 300_000;
const MANY = 1_000_000;
/** A million events take longer than other turns. */
const LIMIT_SECONDS = 15 * 60;

async function run(stage: Stage, round: number): Promise<readonly Measurement[]> {
  const program = await makeStandalone(stage);
  try {
    const first = await program.start();
    await program.stop();
    const later = await program.start();
    await pause(IDLE_MS);
    const idle = await program.memory();
    return [
      { case: 'first start, data folder made', unit: 's', better: 'less', value: first },
      { case: 'later start', unit: 's', better: 'less', value: later },
      { case: 'memory, idle', unit: 'MiB', better: 'less', value: idle },
      // Takes minutes, and differs little between rounds.
      ...(round === 1 ? [await memoryAfterMany(stage, program)] : []),
    ];
  } finally {
    await program.drop();
  }
}

async function memoryAfterMany({ options }: Stage, program: Standalone): Promise<Measurement> {
  const events = options.events >= FULL_RUN ? Math.max(MANY, options.events) : options.events;
  const count = Math.ceil(events / EVENTS_PER_NOTIFICATION);
  const generator = startGenerator();
  try {
    const to = { port: program.callbacks, path: '/notify/mps' };
    const offer = { run: 'start', connections: 64, first: 0, count, limitSeconds: LIMIT_SECONDS } as const;
    await program.untilVisible(allAccepted(await generator.run({ do: 'post-all', to, ...offer })));
    const of = `memory after ${events.toLocaleString('en-US')} events`;
    return { case: of, unit: 'MiB', better: 'less', value: await program.memory() };
  } finally {
    generator.close();
  }
}
