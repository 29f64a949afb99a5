/**
 * Measures the embedded default on this machine: `npm run measure -- [--rounds 3] [--notifications 10000] [--json]`.
 *
 * Each round starts with an empty Postgres. Load generator, programs and Postgres share the machine's cores, so these are
 * figures of a whole laptop, not of a server. Before each round it watches what else the machine does, and says so: figures
 * of a machine that was not quiet are good for ratios at most. What is compared, and with what, is not said here: this
 * only reports.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from 'pg';
import { startEmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { freePorts, memoryMib, processTree } from '@mps-ledger/testing';
import { atRate, inParallel, makeClient } from './load';
import { EVENTS_PER_NOTIFICATION, makeNotifications } from './notifications';
import { runProgram, startProgram, until200 } from './programs';
import { surroundings } from './quiet';
import type { Surroundings } from './quiet';
import { percentile } from './statistics';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    notifications: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
const NOTIFICATIONS = Number(values.notifications);
const EVENTS = NOTIFICATIONS * EVENTS_PER_NOTIFICATION;
const CONNECTIONS = 64;
const RATE = 200;
const SECONDS = 10;

interface Figures {
  readonly [name: string]: number;
}

/** Of a program and all below it, in MiB: proportional, so that pages they share count once. */
const memoryOf = (pid: number): number => Math.round(memoryMib(processTree(pid)));

/** Open to the database's user, which is not root's. */
function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-bench-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** The three apps over one Postgres: accepting alone, then projecting what had piled up, alone. */
async function measureApps(): Promise<Figures> {
  const folder = emptyFolder();
  const postgres = await startEmbeddedPostgres({ dataDir: folder, throwaway: true });
  const pool = new Pool({ connectionString: postgres.url, max: 2 });
  const [callback = 0, health = 0, projectorHealth = 0] = await freePorts(3);
  const common = { DATABASE_URL: postgres.url, EVENT_LOG: 'postgres' };
  await runProgram('apps/standalone/setup.js', common);
  const ingest = startProgram('apps/ingest/main.js', {
    ...common,
    CALLBACK_PORT: `${callback}`,
    HEALTH_PORT: `${health}`,
  });
  try {
    await until200(`http://127.0.0.1:${health}/readyz`);
    const accepting = await postAll(`http://127.0.0.1:${callback}/notify/mps`);
    const began = performance.now();
    await until(async () => (await count(pool, EVENTS_ON_LOG)) >= EVENTS);
    const deriving = accepting + (performance.now() - began) / 1000;
    const ingestMemory = memoryOf(ingest.pid);
    return {
      'accepted per second, 64 connections': NOTIFICATIONS / accepting,
      'accepted and derived, events per second': EVENTS / deriving,
      ...(await measureProjecting(pool, { ...common, HEALTH_PORT: `${projectorHealth}` })),
      'ingest memory, MiB': ingestMemory,
    };
  } finally {
    await ingest.stop();
    await pool.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Projecting what had piled up: from the first rows on, so that starting the program does not count. */
async function measureProjecting(pool: Pool, variables: Readonly<Record<string, string>>): Promise<Figures> {
  const projector = startProgram('apps/projector/main.js', variables);
  try {
    await until(async () => (await count(pool, EVENTS_APPLIED)) > 0);
    const [already, since] = [await count(pool, EVENTS_APPLIED), performance.now()];
    await until(async () => (await count(pool, EVENTS_APPLIED)) >= EVENTS);
    const projecting = (performance.now() - since) / 1000;
    return {
      'projected, events per second': (EVENTS - already) / projecting,
      'projector memory, MiB': memoryOf(projector.pid),
    };
  } finally {
    await projector.stop();
  }
}

const EVENTS_ON_LOG = `SELECT sum(next_offset - 1) AS n FROM ledger_log.partition WHERE topic = 'mps.task-events.v1'`;
const EVENTS_APPLIED = `SELECT count(*) AS n FROM tasks_v1.history`;

async function count(pool: Pool, sql: string): Promise<number> {
  const { rows } = await pool.query<{ n: string }>(sql);
  return Number(rows[0]?.n ?? 0);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function postAll(url: string): Promise<number> {
  const client = makeClient(CONNECTIONS);
  const notification = makeNotifications('load');
  const seconds = await inParallel(NOTIFICATIONS, CONNECTIONS, async (number) => {
    const { status, body } = await client.send('POST', url, notification(number).body);
    if (status !== 200) throw new Error(`not accepted: ${status} ${body}`);
  });
  client.close();
  return seconds;
}

/** The standalone program: how soon it answers, how soon what it accepted is visible, how much memory it takes. */
async function measureStandalone(): Promise<Figures> {
  const folder = emptyFolder();
  const [api = 0, callback = 0] = await freePorts(2);
  const variables = { DATA_DIR: folder, API_PORT: `${api}`, CALLBACK_PORT: `${callback}` };
  const ready = `http://127.0.0.1:${api}/readyz`;
  let program = startProgram('apps/standalone/main.js', variables);
  try {
    const firstStart = await until200(ready);
    await program.stop();
    program = startProgram('apps/standalone/main.js', variables);
    const secondStart = await until200(ready);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const idle = memoryOf(program.pid);
    const latencies = await measureLatency(api, callback);
    const busy = memoryOf(program.pid);
    return {
      'first start to ready, s': firstStart,
      'later start to ready, s': secondStart,
      'accepted to visible p50, ms': percentile(latencies, 0.5),
      'accepted to visible p99, ms': percentile(latencies, 0.99),
      'standalone and Postgres idle, MiB': idle,
      'standalone and Postgres after load, MiB': busy,
    };
  } finally {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the answer to a callback until the task's answer includes it, at a steady rate. */
async function measureLatency(api: number, callback: number): Promise<readonly number[]> {
  // An open loop: who comes must not queue for a socket of the client's.
  const client = makeClient(Infinity);
  const notification = makeNotifications('latency');
  const latencies: number[] = [];
  const once = async (number: number): Promise<void> => {
    const { taskId, body } = notification(number);
    const accepted = await client.send('POST', `http://127.0.0.1:${callback}/notify/mps`, body);
    const began = performance.now();
    const receipt = String(accepted.headers['ledger-receipt']);
    const task = `http://127.0.0.1:${api}/v1/tasks/${encodeURIComponent(taskId)}?receipt=${receipt}`;
    const visible = await client.send('GET', task, undefined, { prefer: 'wait=10' });
    if (visible.status !== 200) throw new Error(`not visible: ${visible.status} ${visible.body}`);
    latencies.push(performance.now() - began);
  };
  await atRate(RATE, 2, (number) => once(-1 - number));
  latencies.length = 0;
  await atRate(RATE, SECONDS, once);
  client.close();
  return latencies;
}

async function main(): Promise<void> {
  const rounds: Figures[] = [];
  const around: Surroundings[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    const before = await surroundings();
    process.stderr.write(`round ${round} of ${values.rounds}: ${described(before)}\n`);
    around.push(before);
    rounds.push({ ...(await measureApps()), ...(await measureStandalone()) });
  }
  const names = Object.keys(rounds[0] ?? {});
  const results = names.map((name) => {
    const sample = rounds.map((figures) => figures[name] ?? Number.NaN);
    return { name, median: percentile(sample, 0.5), min: Math.min(...sample), max: Math.max(...sample) };
  });
  if (values.json)
    process.stdout.write(`${JSON.stringify({ node: process.version, rounds: rounds.length, around, results })}\n`);
  else for (const { name, median, min, max } of results) process.stdout.write(line(name, median, min, max));
  const noisy = around.filter(({ quiet }) => !quiet).length;
  if (noisy > 0) process.stderr.write(`the machine was not quiet before ${noisy} of ${around.length} rounds\n`);
}

function described({ busy, load, quiet }: Surroundings): string {
  const state = quiet ? 'quiet' : 'not quiet';
  return `the machine is ${state} (others take ${Math.round(busy * 100)} % of its cores, load average ${load.toFixed(2)})`;
}

function line(name: string, median: number, min: number, max: number): string {
  const figure = (number: number): string => (number < 100 ? number.toFixed(1) : Math.round(number).toString());
  return `${name.padEnd(42)} ${figure(median).padStart(8)}  (${figure(min)} – ${figure(max)})\n`;
}

void main();
