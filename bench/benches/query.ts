import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@mps-ledger/testing';
import { checkSame } from '../checks';
import {
  Disqualified,
  type Bench,
  type ContestantName,
  type Measurement,
  type RunOptions,
  type Stage,
} from '../contract';
import { allAccepted, startGenerator, type Generator } from '../generator';
import { manyListed, measureBesideLists, measureLists, type ManyListed } from '../list-cases';
import { manyTasks, type ManyTasks } from '../many-tasks';
import { startMeter } from '../meter';
import { startAnchor } from '../programs';

/** Reads of one task, by id and its history, among many tasks; lists by each filter and each two; reads by id beside lists. */
export const query: Bench = {
  name: 'query',
  about: 'GET of one task by its id, and of its history, 64 connections; of lists by filters, one at a time',
  notification: 'seed 000, among 1,000,000 tasks (100,000 with --quick); lists of rows made in SQL',
  contestants: ['ours', 'pg-key'],
  prepare: async (stage) => {
    const tasks = await manyTasks(stage, tasksFor(stage.options));
    const listed = await manyListed(stage, { tasks: tasks.count, notifications: 3 * tasks.count });
    const generator = startGenerator();
    return {
      async run(contestant) {
        const measurements = await run(stage, generator, tasks, contestant);
        return contestant === 'ours' ? [...measurements, ...(await runLists(stage, generator, listed))] : measurements;
      },
      async close() {
        generator.close();
        await listed.drop();
        await tasks.drop();
      },
    };
  },
};

/** A run of very few events is one that tries the bench out. */
const TRIAL_EVENTS = 50_000;

function tasksFor({ events, quick }: RunOptions): number {
  if (events < TRIAL_EVENTS) return 10_000;
  return quick ? 100_000 : 1_000_000;
}

const CONNECTIONS = 64;
const ASKED_FOR = 20_000;
const PATHS = {
  ours: { task: (id: string) => `/v1/tasks/${id}`, history: (id: string) => `/v1/tasks/${id}/history` },
  'pg-key': { task: (id: string) => `/tasks/${id}`, history: (id: string) => `/tasks/${id}/history` },
} as const;

async function run(
  stage: Stage,
  generator: Generator,
  tasks: ManyTasks,
  contestant: ContestantName,
): Promise<readonly Measurement[]> {
  const server = await (contestant === 'ours' ? startOurs(tasks) : startPgKey(tasks));
  const paths = contestant === 'ours' ? PATHS.ours : PATHS['pg-key'];
  const warmUpSeconds = stage.options.quick ? 3 : 6;
  const seconds = stage.options.quick ? 3 : 5;
  try {
    const measurements: Measurement[] = [];
    for (const what of ['task', 'history'] as const) {
      const ids = what === 'task' ? tasks.ids(ASKED_FOR) : tasks.idsWithHistory(ASKED_FOR);
      await checkAnswer(server.port, paths[what](ids[0] ?? ''), ids[0] ?? '', what);
      const pathsFile = join(stage.folder, `paths-${contestant}-${what}.json`);
      writeFileSync(pathsFile, JSON.stringify(ids.map(paths[what])));
      const get = { do: 'get-all', port: server.port, pathsFile, connections: CONNECTIONS } as const;
      allAccepted(await generator.run({ ...get, seconds: warmUpSeconds }));
      const meter = startMeter(stage, [server.pid]);
      const load = await generator.run({ ...get, seconds });
      const items = allAccepted(load);
      const measured = { value: items / load.seconds, ...meter.read(items) };
      const of = `${what === 'task' ? 'by id' : 'history'}, among ${tasks.count.toLocaleString('en-US')} tasks`;
      measurements.push({ case: of, unit: 'answers/s', better: 'more', ...measured });
    }
    return measurements;
  } finally {
    await server.stop();
  }
}

async function runLists(stage: Stage, generator: Generator, listed: ManyListed): Promise<readonly Measurement[]> {
  await listed.ledger.start('query');
  try {
    const lists = await measureLists(stage, generator, listed);
    return [...lists, ...(await measureBesideLists(stage, generator, listed))];
  } finally {
    await listed.ledger.stop();
  }
}

interface Server {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<unknown>;
}

async function startOurs({ ledger }: ManyTasks): Promise<Server> {
  await ledger.start('query');
  return { port: ledger.api, pid: ledger.pids()[0] ?? 0, stop: () => ledger.stop() };
}

async function startPgKey({ ledger }: ManyTasks): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const anchor = await startAnchor('pg-key', { port, databaseUrl: ledger.databaseUrl });
  return { port, pid: anchor.pid, stop: () => anchor.stop() };
}

/** All seven events, or the task that was asked for. */
async function checkAnswer(port: number, path: string, id: string, what: 'task' | 'history'): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  const text = await answer.text();
  checkSame(`status of ${path}`, answer.status, 200);
  if (what === 'task' && !text.includes(id)) throw new Disqualified(`the answer to ${path} is of another task`);
  if (what === 'history') checkSame(`events in ${path}`, (JSON.parse(text) as { items: unknown[] }).items.length, 7);
}
