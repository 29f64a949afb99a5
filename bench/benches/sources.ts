import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@mps-ledger/records';
import { DOUBLE_SECRET, startCmqDouble, type CmqDouble } from '@mps-ledger/testing';
import { checkNotifications } from '../checks';
import type { Bench, Measurement, Stage } from '../contract';
import { allAccepted, startGenerator, type Generator } from '../generator';
import { measureProgress, startMeter } from '../meter';
import { makeNotifications, SEED_000 } from '../notifications';
import { makeLedger, type Ledger } from '../ours';
import { makeTopics } from '../topics';

/** Ingest over a queue of the double of CMQ, by callbacks, and over queues in which nothing happens. */
export const sources: Bench = {
  name: 'sources',
  about:
    'notifications of 4 KB from a queue of the double of CMQ, logged and deleted; beside it by callbacks, and 20 empty queues',
  notification: SEED_000,
  contestants: ['ours'],
  prepare: (stage) => {
    const generator = startGenerator();
    return Promise.resolve({
      run: async (_, round) => [
        ...(await ofQueue(stage, `queue-${round}`)),
        ...(await ofCallbacks(stage, generator, `callback-${round}`)),
        ...(await idle(stage)),
      ],
      close: async () => generator.close(),
    });
  },
};

const SIZES = {
  quick: { messages: 8_000, seconds: 3, idleSeconds: 10 },
  full: { messages: 60_000, seconds: 6, idleSeconds: 30 },
} as const;
const CONNECTIONS = 64;
const IDLE_QUEUES = 20;
/** Until the programs are compiled and all polls wait. */
const SETTLE_MS = 6_000;

const sizesOf = ({ options }: Stage) => SIZES[options.quick ? 'quick' : 'full'];

/** The backlog of a queue, after a third of it as warm-up. */
async function ofQueue(stage: Stage, name: string): Promise<readonly Measurement[]> {
  const { messages } = sizesOf(stage);
  const queue = 'mps-events';
  const cmq = await startCmqDouble({ queues: [queue] });
  const variables = { ...keyOf(cmq), CMQ_QUEUE: queue };
  const bodyOf = makeNotifications(name);
  const fill = (from: number, to: number): void => {
    for (let number = from; number < to; number += 1) cmq.send(queue, [bodyOf(number).body]);
  };
  const deleted = (): number => cmq.stats(queue).sent - remaining(cmq, queue);
  const warmUp = Math.floor(messages / 3);
  try {
    return await withIngest(stage, variables, name, messages, async (ledger) => {
      fill(0, warmUp);
      await untilEmpty(cmq, queue);
      fill(warmUp, messages);
      const { rate, cpuUs, peakRssMb, extrapolated } = await measureProgress({
        ...{ stage, program: ledger.pids(), total: messages },
        done: () => Promise.resolve(deleted()),
      });
      // What the time limit cut off is still to be on the log.
      await untilEmpty(cmq, queue);
      return [
        {
          case: 'from the queue',
          unit: 'notifications/s',
          better: 'more',
          value: rate,
          cpuUs,
          peakRssMb,
          extrapolated,
        },
      ];
    });
  } finally {
    await cmq.close();
  }
}

const LONGEST_MS = 180_000;

async function untilEmpty(cmq: CmqDouble, queue: string): Promise<void> {
  const limit = performance.now() + LONGEST_MS;
  while (remaining(cmq, queue) > 0) {
    if (performance.now() > limit) throw new Error(`the queue was not empty within ${LONGEST_MS / 1000} s`);
    await pause(20);
  }
}

function remaining(cmq: CmqDouble, queue: string): number {
  const { visible, invisible } = cmq.stats(queue);
  return visible + invisible;
}

/** The same notifications by callbacks. */
async function ofCallbacks(stage: Stage, generator: Generator, name: string): Promise<readonly Measurement[]> {
  const { seconds } = sizesOf(stage);
  return withIngest(stage, {}, name, null, async (ledger) => {
    const post = (first: number) =>
      generator.run({
        ...{ do: 'post-all', run: name, connections: CONNECTIONS, first, count: Number.MAX_SAFE_INTEGER },
        ...{ to: { port: ledger.callbacks, path: '/notify/mps' }, limitSeconds: seconds },
      });
    const before = allAccepted(await post(0));
    const meter = startMeter(stage, ledger.pids());
    const load = await post(before);
    const items = allAccepted(load);
    const measured = { value: items / load.seconds, ...meter.read(items) };
    return [{ case: `by callbacks, ${CONNECTIONS} connections`, unit: 'notifications/s', better: 'more', ...measured }];
  });
}

/** What ingest takes while it polls queues without messages, in percent of one core. */
async function idle(stage: Stage): Promise<readonly Measurement[]> {
  const names = Array.from({ length: IDLE_QUEUES }, (_, number) => `queue-${number + 1}`);
  const cmq = await startCmqDouble({ queues: names });
  const [file, id, key] = ['sources.yaml', 'secret-id', 'secret-key'].map((name) => join(stage.folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(id, DOUBLE_SECRET.id);
  writeFileSync(key, DOUBLE_SECRET.key);
  const secrets = { secret_id_file: id, secret_key_file: key };
  const all = names.map((queue) => ({ id: queue, kind: 'cmq-queue', endpoint: cmq.url, queue, ...secrets }));
  writeFileSync(file, JSON.stringify({ sources: all }));
  try {
    const variants: readonly { readonly name: string; readonly variables: Readonly<Record<string, string>> }[] = [
      { name: 'no queue', variables: {} },
      { name: `${IDLE_QUEUES} empty queues`, variables: { SOURCES_FILE: file } },
    ];
    const measurements: Measurement[] = [];
    for (const { name, variables } of variants)
      measurements.push(
        ...(await withIngest(stage, variables, name, null, async (ledger) => {
          await pause(SETTLE_MS);
          const { idleSeconds } = sizesOf(stage);
          const meter = startMeter(stage, ledger.pids());
          await pause(idleSeconds * 1000);
          const { cpuUs } = meter.read(1);
          return [{ case: name, unit: '% of a core', better: 'less', value: cpuUs.program / 1e4 / idleSeconds }];
        })),
      );
    return measurements;
  } finally {
    await cmq.close();
  }
}

function keyOf(cmq: CmqDouble): Readonly<Record<string, string>> {
  return { CMQ_ENDPOINT: cmq.url, CMQ_SECRET_ID: DOUBLE_SECRET.id, CMQ_SECRET_KEY: DOUBLE_SECRET.key };
}

/** A running ingest over topics of its own; what is on the log is compared with what was sent, where that is given. */
async function withIngest(
  stage: Stage,
  variables: Readonly<Record<string, string>>,
  name: string,
  sent: number | null,
  measure: (ledger: Ledger) => Promise<readonly Measurement[]>,
): Promise<readonly Measurement[]> {
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix, variables);
  try {
    await ledger.start('ingest');
    const measurements = await measure(ledger);
    await ledger.stop();
    if (sent !== null) await checkNotifications(topics, TOPICS.raw, name, sent);
    return measurements;
  } finally {
    await ledger.drop();
    await topics.drop();
  }
}
