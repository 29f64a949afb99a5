import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { cpuSeconds, freePorts, residentMib } from '@mps-ledger/testing';
import { checkSame } from '../checks';
import type { Bench, ContestantName, Measurement, Stage } from '../contract';
import { openFeed, type FeedClient } from '../feed-clients';
import { feedCommits, type FeedCommits } from '../feed-commits';
import { atRate, inParallel } from '../load';
import { manyTasks, type ManyTasks } from '../many-tasks';
import { startAnchor } from '../programs';
import { percentile } from '../statistics';

/** Clients of `/v1/stream`: what idle ones take, and how long an event takes from its commit. */
export const feed: Bench = {
  name: 'feed',
  about: 'server-sent events: 1,000 idle clients, and from commit to client at 100 commits/s',
  notification: 'seed 000, one event a commit, made in SQL',
  contestants: ['ours', 'fastify-sse'],
  prepare: async (stage) => {
    const tasks = await manyTasks(stage, 1_000);
    return { run: (contestant) => run(stage, tasks, contestant), close: () => tasks.drop() };
  },
};

const IDLE_CLIENTS = 1_000;
const PER_SECOND = 100;
const SETTLE_MS = 3_000;
const SECONDS = { quick: { warmUp: 4, measured: 5 }, full: { warmUp: 8, measured: 20 } } as const;

interface Server {
  readonly url: string;
  readonly pid: number;
  /** Reads of the end of the feed so far; null: it does not say. */
  reads(): Promise<number | null>;
  stop(): Promise<unknown>;
}

async function run(stage: Stage, tasks: ManyTasks, contestant: ContestantName): Promise<readonly Measurement[]> {
  const server = await (contestant === 'ours' ? startOurs(tasks) : startBare(tasks));
  const commits = await feedCommits(tasks.ledger.databaseUrl);
  const idle: FeedClient[] = [];
  try {
    const alone = await atCommits(stage, server, commits, '1 client');
    const before = residentMib([server.pid]);
    await inParallel(IDLE_CLIENTS, 20, async (number) => {
      idle.push(await openFeed(`${server.url}?after=now&task_id=idle-${number}`));
    });
    await pause(SETTLE_MS);
    const kib = ((residentMib([server.pid]) - before) * 1024) / IDLE_CLIENTS;
    const many = `${IDLE_CLIENTS.toLocaleString('en-US')} idle clients`;
    const memory = { case: many, unit: 'KiB a client', better: 'less', value: kib } as const;
    const resting = await cpuOf(stage, server.pid, many);
    return [...alone, memory, resting, ...(await atCommits(stage, server, commits, `1 client, ${many}`))];
  } finally {
    for (const client of idle) client.close();
    await commits.close();
    await server.stop();
  }
}

/** Of a core, while nothing is committed. */
async function cpuOf(stage: Stage, pid: number, name: string): Promise<Measurement> {
  const seconds = SECONDS[stage.options.quick ? 'quick' : 'full'].measured;
  const before = cpuSeconds([pid]);
  await pause(seconds * 1000);
  return { case: name, unit: '% of a core', better: 'less', value: ((cpuSeconds([pid]) - before) * 100) / seconds };
}

/** One client gets every event, at a steady rate of commits. */
async function atCommits(
  stage: Stage,
  server: Server,
  commits: FeedCommits,
  who: string,
): Promise<readonly Measurement[]> {
  const { warmUp, measured } = SECONDS[stage.options.quick ? 'quick' : 'full'];
  const arrived = new Map<number, number>();
  const client = await openFeed(`${server.url}?after=now`, (number) => arrived.set(number, performance.now()));
  const committed: { readonly number: number; readonly at: number }[] = [];
  const offer = (seconds: number): Promise<void> =>
    atRate(PER_SECOND, seconds, async () => void committed.push(await commits.commit()));
  try {
    await offer(warmUp);
    committed.splice(0);
    const [reads, cpu] = [await server.reads(), cpuSeconds([server.pid])];
    await offer(measured);
    await eventually(() => committed.every(({ number }) => arrived.has(number)), { what: 'all events' });
    checkSame('events committed', committed.length, PER_SECOND * measured);
    const times = committed.map(({ number, at }) => (arrived.get(number) ?? NaN) - at).sort((a, b) => a - b);
    const name = `${who}, ${PER_SECOND} commits/s`;
    const of = { case: name, better: 'less' } as const;
    const now = await server.reads();
    const readsEach =
      reads === null || now === null
        ? []
        : [{ ...of, unit: 'reads a commit', value: (now - reads) / committed.length }];
    return [
      { ...of, unit: 'ms p50', value: percentile(times, 0.5) },
      { ...of, unit: 'ms p99', value: percentile(times, 0.99) },
      { ...of, unit: '% of a core', value: ((cpuSeconds([server.pid]) - cpu) * 100) / measured },
      ...readsEach,
    ];
  } finally {
    client.close();
  }
}

async function startOurs({ ledger }: ManyTasks): Promise<Server> {
  await ledger.start('query');
  const api = `http://127.0.0.1:${ledger.api}`;
  const reads = async (): Promise<number> => {
    const text = await (await fetch(`${api}/metrics`)).text();
    return Number(/^mps_ledger_feed_reads_total (\d+)$/m.exec(text)?.[1] ?? NaN);
  };
  return { url: `${api}/v1/stream`, pid: ledger.pids()[0] ?? 0, reads, stop: () => ledger.stop() };
}

async function startBare({ ledger }: ManyTasks): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const anchor = await startAnchor('fastify-sse', { port, databaseUrl: ledger.databaseUrl });
  const reads = () => Promise.resolve(null);
  return { url: `http://127.0.0.1:${port}/v1/stream`, pid: anchor.pid, reads, stop: () => anchor.stop() };
}
