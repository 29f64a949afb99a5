import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { readPidFile } from './leftovers';
import { processesIn, startOf } from './processes';
import { ask, kept, makeSandbox, refused, type Keeper, type Sandbox } from './testing/sandbox';

jest.setTimeout(90_000);

let sandbox: Sandbox;
beforeAll(() => (sandbox = makeSandbox()));
afterAll(() => sandbox.remove());

const pgdataOf = (dataDir: string) => join(dataDir, 'postgres', 'pgdata');

function serverOf(dataDir: string): number {
  const file = readPidFile(pgdataOf(dataDir));
  if (file === null) throw new Error('no server');
  return file.pid;
}

async function kill(keeper: Keeper): Promise<void> {
  keeper.process.kill('SIGKILL');
  await keeper.ended;
}

async function stop(keeper: Keeper): Promise<void> {
  keeper.process.kill('SIGTERM');
  await keeper.ended;
}

describe('after a kill -9 of the process that keeps it', () => {
  it('Postgres ends unexpectedly', async () => {
    const dataDir = join(sandbox.folder, 'watched');
    const keeper = sandbox.keep({ dataDir });
    await kept(keeper);
    const server = serverOf(dataDir);
    await kill(keeper);
    // Sooner than it would be forced to.
    await eventually(() => startOf(server) === null, { timeoutMs: 7_000 });
  });

  it('Postgres ends also where it hangs', async () => {
    const dataDir = join(sandbox.folder, 'hung');
    const keeper = sandbox.keep({ dataDir });
    await kept(keeper);
    const all = processesIn(pgdataOf(dataDir));
    expect(all.length).toBeGreaterThan(1);
    for (const pid of all) process.kill(pid, 'SIGSTOP');
    await kill(keeper);
    await eventually(() => all.every((pid) => startOf(pid) === null), { timeoutMs: 30_000 });
  });

  it('a throwaway one takes its data along', async () => {
    const dataDir = join(sandbox.folder, 'thrown-away');
    const keeper = sandbox.keep({ dataDir, throwaway: true });
    await kept(keeper);
    await kill(keeper);
    await eventually(() => !existsSync(join(dataDir, 'postgres', 'pgdata')));
  });

  it('a start finds the Postgres that still runs on its folder, stops it, and has everything that was committed', async () => {
    const dataDir = join(sandbox.folder, 'orphaned');
    const first = sandbox.keep({ dataDir, watchParent: false });
    const { url } = await kept(first);
    await ask(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const orphan = serverOf(dataDir);
    await kill(first);
    expect(startOf(orphan)).not.toBeNull();
    const second = sandbox.keep({ dataDir });
    expect(await ask((await kept(second)).url, 'SELECT n FROM kept')).toBe(7);
    expect(startOf(orphan)).toBeNull();
    await stop(second);
  });

  it('a start ends the sessions of a Postgres that was killed in the middle of a statement', async () => {
    const dataDir = join(sandbox.folder, 'session');
    const first = sandbox.keep({ dataDir, watchParent: false });
    const { url } = await kept(first);
    const busy = ask(url, "SELECT count(*) FROM generate_series(1, 1e15) AS n WHERE n < 0 AND 'busy' = 'busy'");
    busy.catch(() => undefined);
    const session = await eventually(async () => {
      const sql = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%busy%' AND pid <> pg_backend_pid()";
      return (await ask(url, sql)) as number | undefined;
    });
    const server = serverOf(dataDir);
    await kill(first);
    process.kill(server, 'SIGKILL');
    const second = sandbox.keep({ dataDir });
    await kept(second);
    expect(startOf(session)).toBeNull();
    await stop(second);
  });
});

describe('a pid file that is stale', () => {
  it('is not believed when its pid belongs to another process by now', async () => {
    const dataDir = join(sandbox.folder, 'stale');
    const first = sandbox.keep({ dataDir });
    await kept(first);
    const file = join(pgdataOf(dataDir), 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    await stop(first);
    // As the database's user, whose processes Postgres itself would take for a server.
    const { uid, gid } = statSync(pgdataOf(dataDir));
    const unrelated = spawn('sleep', ['600'], { uid, gid });
    try {
      writeFileSync(file, [unrelated.pid, ...lines.slice(1)].join('\n'), { mode: 0o600 });
      const second = sandbox.keep({ dataDir });
      await kept(second);
      expect(startOf(unrelated.pid ?? 0)).not.toBeNull();
      await stop(second);
    } finally {
      unrelated.kill();
    }
    await once(unrelated, 'exit');
  });
});

describe('a Postgres that ends unexpectedly', () => {
  it('is started again on the same port, as often as it takes', async () => {
    const dataDir = join(sandbox.folder, 'restarted');
    const keeper = sandbox.keep({ dataDir });
    const { url } = await kept(keeper);
    await ask(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    for (let round = 1; round <= 2; round += 1) {
      process.kill(serverOf(dataDir), 'SIGKILL');
      await eventually(async () => (await ask(url, 'SELECT n FROM kept')) === 7);
    }
    await stop(keeper);
    expect(existsSync(join(pgdataOf(dataDir), 'postmaster.pid'))).toBe(false);
  });
});

describe('a kill during the first start', () => {
  it('leaves a whole data folder or none, whenever it comes', async () => {
    for (const [round, afterMs] of [200, 400, 600, 900].entries()) {
      const dataDir = join(sandbox.folder, `killed-${round}`);
      const first = sandbox.keep({ dataDir });
      await pause(afterMs);
      await kill(first);
      const second = sandbox.keep({ dataDir });
      expect(await ask((await kept(second)).url, 'SELECT 1')).toBe(1);
      expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres'))).toEqual(['postgres']);
      await stop(second);
    }
  });
});

describe('starts at the same time', () => {
  it('end with one that has the folder and others that say who it is, also over what a dead one left', async () => {
    const dataDir = join(sandbox.folder, 'contested');
    const dead = sandbox.keep({ dataDir });
    await kept(dead);
    await kill(dead);
    const keepers = Array.from({ length: 5 }, () => sandbox.keep({ dataDir, serves: 'a contest' }));
    const says = await Promise.all(keepers.map((keeper) => keeper.says));
    const winner = says.findIndex((said) => said.ok);
    const pid = keepers[winner]?.process.pid;
    const losers = keepers.filter((_, place) => place !== winner);
    for (const loser of losers) {
      const { code, message } = await refused(loser);
      expect(code).toBe('folder-held');
      expect(message).toMatch(new RegExp(`process ${pid} since .*\\(a contest\\)`));
    }
    expect(losers).toHaveLength(4);
  });
});
