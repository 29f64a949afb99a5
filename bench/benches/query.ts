import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@mps-ledger/testing';
import { measureAnswers } from '../answer-cases';
import { checkSame } from '../checks';
import {
  Disqualified,
  type Bench,
  type ContestantName,
  type Measurement,
  type RunOptions,
  type Stage,
} from '../contract';
import { measureExport } from '../export-case';
import { allAccepted, startGenerator, type Generator } from '../generator';
import { measureBesideLists } from '../list-cases';
import { manyTasks, MANY_HOURS, type ManyTasks } from '../many-tasks';
import { startMeter } from '../meter';
import { startAnchor } from '../programs';

/** Reads of one task, of its history and of a page of the list, among many tasks; and answers that only ours has, each with a goal. */
export const query: Bench = {
  name: 'query',
  about:
    'GET of one task by its id, of its history and of a page of 50, 64 connections; answers with a goal, one at a time',
  notification: 'rows made in SQL: 5,000,000 tasks (200,000 with --quick), 3,000,000 notifications',
  contestants: ['ours', 'pg-key'],
  prepare: async (stage) => {
    const tasks = await manyTasks(stage, tasksFor(stage.options));
    const generator = startGenerator();
    return {
      async run(contestant) {
        const measurements = await run(stage, generator, tasks, contestant);
        return contestant === 'ours' ? [...measurements, ...(await runAnswers(stage, generator, tasks))] : measurements;
      },
      async close() {
        generator.close();
        await tasks.drop();
      },
    };
  },
};

/** A run of very few events is one that tries the bench out. */
const TRIAL_EVENTS = 50_000;

function tasksFor({ events, quick }: RunOptions): number {
  if (events < TRIAL_EVENTS) return 20_000;
  return quick ? 200_000 : 5_000_000;
}

const CONNECTIONS = 64;
const ASKED_FOR = 20_000;

type What = 'task' | 'page' | 'history';

/** How a path is made of an id, or of a time. */
const PATHS: Readonly<Record<'ours' | 'pg-key', Readonly<Record<What, (of: string) => string>>>> = {
  ours: {
    task: (id) => `/v1/tasks/${id}`,
    page: (time) => `/v1/tasks?received_before=${time}&limit=50`,
    history: (id) => `/v1/tasks/${id}/history`,
  },
  'pg-key': {
    task: (id) => `/tasks/${id}`,
    page: (time) => `/tasks?before=${time}`,
    history: (id) => `/tasks/${id}/history`,
  },
};

const NAMES = { task: 'by id', page: 'page of 50', history: 'history' } as const;

/** What is asked for: tasks, or times all over the days of the tasks. */
function askedFor(tasks: ManyTasks, what: What): readonly string[] {
  if (what === 'history') return tasks.idsWithHistory(ASKED_FOR);
  return what === 'task' ? tasks.ids(ASKED_FOR) : times(ASKED_FOR);
}

function times(count: number): readonly string[] {
  const first = Date.UTC(2026, 10, 2);
  const each = ((MANY_HOURS - 24) * 3_600_000) / count;
  return Array.from({ length: count }, (_, at) => new Date(first + ((at * 7_919) % count) * each).toISOString());
}

async function run(
  stage: Stage,
  generator: Generator,
  tasks: ManyTasks,
  contestant: ContestantName,
): Promise<readonly Measurement[]> {
  const server = await (contestant === 'ours' ? startOurs(tasks) : startPgKey(tasks));
  const paths = contestant === 'ours' ? PATHS.ours : PATHS['pg-key'];
  const warmUpSeconds = stage.options.quick ? 3 : 8;
  const seconds = stage.options.quick ? 3 : 5;
  try {
    const measurements: Measurement[] = [];
    for (const what of ['task', 'page', 'history'] as const) {
      const asked = askedFor(tasks, what);
      await checkAnswer(server.port, paths[what](asked[0] ?? ''), asked[0] ?? '', what);
      const pathsFile = join(stage.folder, `paths-${contestant}-${what}.json`);
      writeFileSync(pathsFile, JSON.stringify(asked.map(paths[what])));
      const get = { do: 'get-all', port: server.port, pathsFile, connections: CONNECTIONS } as const;
      allAccepted(await generator.run({ ...get, seconds: warmUpSeconds }));
      const meter = startMeter(stage, [server.pid]);
      const load = await generator.run({ ...get, seconds });
      const items = allAccepted(load);
      const measured = { value: items / load.seconds, ...meter.read(items) };
      const of = `${NAMES[what]}, among ${tasks.count.toLocaleString('en-US')} tasks`;
      measurements.push({ case: of, unit: 'answers/s', better: 'more', ...measured });
    }
    return measurements;
  } finally {
    await server.stop();
  }
}

async function runAnswers(stage: Stage, generator: Generator, tasks: ManyTasks): Promise<readonly Measurement[]> {
  await tasks.ledger.start('query');
  try {
    return [
      ...(await measureAnswers(stage, generator, tasks)),
      ...(await measureBesideLists(stage, generator, tasks)),
      ...(await measureExport(stage, tasks)),
    ];
  } finally {
    await tasks.ledger.stop();
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

/** All seven events, 50 tasks, or the task that was asked for. */
async function checkAnswer(port: number, path: string, id: string, what: What): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  const text = await answer.text();
  checkSame(`status of ${path}`, answer.status, 200);
  if (what === 'task' && !text.includes(id)) throw new Disqualified(`the answer to ${path} is of another task`);
  if (what !== 'task')
    checkSame(`items in ${path}`, (JSON.parse(text) as { items: unknown[] }).items.length, what === 'page' ? 50 : 7);
}
