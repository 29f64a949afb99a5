import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findRunningPostgres } from '@mps-ledger/embedded-postgres';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, memoryMib, parentOf, processTree } from '@mps-ledger/testing';
import { checkSame } from './checks';
import type { Stage } from './contract';
import { EVENTS_PER_NOTIFICATION } from './notifications';
import { until200 } from './programs';
import { onDatabase, serverBehind } from './stage';

/** What `npm start` runs on a built tree, on a data folder of its own that is empty at first. */
export interface Standalone {
  readonly api: number;
  readonly callbacks: number;
  /** Starts it; answers the seconds until it answered that it is ready. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** The program's own process and its Postgres's; npm, which waits above them, is left out. */
  pids(): Promise<{ readonly program: number; readonly postgres: number }>;
  /** Of both together, in MiB. */
  memory(): Promise<number>;
  /** Waits until so many notifications are visible, and checks that each event is there. */
  untilVisible(notifications: number): Promise<void>;
  /** Stops it and removes its data. */
  drop(): Promise<void>;
}

/** How long what was accepted may take to become visible. */
const PATIENCE_MS = 10 * 60_000;

export async function makeStandalone(
  stage: Stage,
  settings: Readonly<Record<string, string>> = {},
): Promise<Standalone> {
  const dataDir = mkdtempSync(join(stage.folder, 'standalone-'));
  chmodSync(dataDir, 0o755);
  const [api = 0, callbacks = 0] = await freePorts(2);
  const variables = { DATA_DIR: dataDir, API_PORT: `${api}`, CALLBACK_PORT: `${callbacks}`, ...settings };
  const npm = startNpm({ NODE_ENV: 'production', LOG_LEVEL: 'warn', SHUTDOWN_DELAY_MS: '0', ...variables });
  const url = async (): Promise<string> => (await findRunningPostgres(dataDir))?.url ?? '';
  const pids = async () => {
    const postgres = await serverBehind(await url());
    return { program: parentOf(postgres) ?? 0, postgres };
  };
  return {
    ...{ api, callbacks, pids },
    async start() {
      npm.start();
      return until200(`http://127.0.0.1:${api}/readyz`);
    },
    stop: () => npm.stop(),
    memory: async () => memoryMib(processTree((await pids()).program)),
    untilVisible: async (notifications) => untilVisible(await url(), notifications * EVENTS_PER_NOTIFICATION),
    async drop() {
      await npm.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** `npm start`, again and again. */
function startNpm(env: Readonly<Record<string, string>>) {
  let ended: Promise<void> | undefined;
  let kill = (_signal: NodeJS.Signals): void => undefined;
  process.once('exit', () => kill('SIGKILL'));
  return {
    start() {
      const child = spawn('npm', ['start', '--silent'], {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
        stdio: ['ignore', 'ignore', process.env['BENCH_LOG'] === undefined ? 'ignore' : 'inherit'],
      });
      ended = new Promise((resolve) => child.once('exit', () => resolve()));
      kill = (signal) => void child.kill(signal);
    },
    async stop() {
      kill('SIGTERM');
      await ended;
    },
  };
}

async function untilVisible(url: string, events: number): Promise<void> {
  await onDatabase(url, async (client) => {
    const numberIn = async (sql: string): Promise<number> => {
      const { rows } = await client.query<{ n: string | null }>(sql);
      return Number(rows[0]?.n ?? 0);
    };
    const isDone = async (): Promise<boolean> => (await numberIn(APPLIED)) >= events;
    await eventually(isDone, { timeoutMs: PATIENCE_MS, what: `${events} events to be visible` });
    checkSame('different events in the history', await numberIn(DIFFERENT), events);
  });
}

/** By the checkpoints, which is cheap to ask again and again; each partition begins with a genesis record. */
const APPLIED = `SELECT sum(position - 1) AS n FROM tasks_v1.checkpoint WHERE topic = 'mps.task-events.v1'`;
const DIFFERENT = `SELECT count(DISTINCT (causation_id, event_id)) AS n FROM tasks_v1.history`;
