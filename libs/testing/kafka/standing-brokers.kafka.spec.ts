import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePorts } from '../app-process';
import { eventually } from '@mps-ledger/spec-kit';
import { fetchClusterMetadata } from './cluster-metadata';
import { findJava } from './jars';
import { stopStandingBrokers } from './standing-brokers';
import { describeOwnBrokers } from './test-kafka';

jest.setTimeout(180_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kafka-up` or `kafka-down` to its end, as users do. */
function call(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const script = join(process.cwd(), 'dist/libs/testing/programs', `${program}.js`);
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}

/** The first of two ports in a row that are free: what one broker takes. */
function freePair(): Promise<number> {
  return eventually(async () => {
    const [port = 0] = await freePorts(1);
    const next = await listenOn(port + 1);
    next.close();
    return port;
  });
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describeOwnBrokers('standing brokers', () => {
  let folder: string;
  let up: (...args: readonly string[]) => Promise<Ended>;
  let down: (...args: readonly string[]) => Promise<Ended>;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'standing-'));
    up = (...args) => call('kafka-up', ['--folder', folder, ...args]);
    down = (...args) => call('kafka-down', ['--folder', folder, ...args]);
  });
  afterEach(async () => {
    await stopStandingBrokers(folder, true, () => undefined);
    rmSync(folder, { recursive: true });
  });

  /** A Java that does something else where its arguments have a word: shell commands, `"$java" "$@"` being the true one. */
  async function javaThat(word: string, commands: string): Promise<Readonly<Record<string, string>>> {
    const java = await findJava();
    const home = join(folder, 'java-home');
    mkdirSync(join(home, 'bin'), { recursive: true });
    const lines = ['#!/bin/sh', `java='${java}'`, `case "$*" in *${word}*) ${commands} ;; esac`, 'exec "$java" "$@"'];
    writeFileSync(join(home, 'bin/java'), `${lines.join('\n')}\n`);
    chmodSync(join(home, 'bin/java'), 0o755);
    return { JAVA_HOME: home };
  }

  it('are started once however often they are called for, moved when none runs, and stopped with their data kept', async () => {
    const [first, second] = [await freePair(), await freePair()];
    const both = await Promise.all([up('--port', `${first}`), up('--port', `${first}`)]);
    const said = `KAFKA_BROKERS=127.0.0.1:${first}\nKAFKA_SINGLE_BROKER=true\n`;
    expect(both).toMatchObject([
      { code: 0, stdout: said },
      { code: 0, stdout: said },
    ]);
    expect(both.map(({ stderr }) => stderr).join()).toContain('the broker is already running');
    expect(await up('--brokers', '3')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('kafka:down') as string,
    });
    const moved = `it is already running on port ${first}; to use another port, stop it first: npm run kafka:down\n`;
    expect(await up('--port', `${second}`)).toMatchObject({ code: 1, stderr: moved });
    expect(await down()).toMatchObject({ code: 0, stderr: 'stopped a broker\n' });
    expect(await down()).toMatchObject({ code: 0, stderr: 'no broker was running\n' });

    const other = await listenOn(first);
    expect((await up()).stderr).toMatch(
      RegExp(`^port ${first} is taken; name another one: npm run kafka:up -- --port`),
    );
    expect((await up('--port', `${second}`)).code).toBe(0);
    other.close();
    expect((await fetchClusterMetadata(second)).brokers).toEqual([1]);
    expect((await up()).stdout).toContain(`127.0.0.1:${second}\n`);
    expect((await down('--remove-data')).stderr).toBe('stopped a broker\nremoved all data\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are taken up where they were left when whoever started them was killed, and stopped where there is no ps', async () => {
    const port = await freePair();
    const killedAfterFormat = await javaThat('StorageTool', '"$java" "$@"; kill -KILL $PPID; exit');
    const args = ['--folder', folder, '--port', `${port}`];
    expect(await call('kafka-up', args, killedAfterFormat)).toMatchObject({ code: null, stdout: '' });
    const killedAtStart = await javaThat('kafka.Kafka', 'kill -KILL $PPID');
    expect(await call('kafka-up', args, killedAtStart)).toMatchObject({ code: null, stdout: '' });
    const taken = await up();
    expect(taken).toMatchObject({ code: 0, stderr: 'the broker is already running\n' });
    expect((await fetchClusterMetadata(port)).brokers).toEqual([1]);
    const blind = await call('kafka-down', ['--folder', folder], { PATH: '/nowhere' });
    expect(blind).toMatchObject({ code: 0, stderr: 'stopped a broker\n' });
    await expect(fetchClusterMetadata(port)).rejects.toThrow('ECONNREFUSED');
  });

  it('that cannot start say why and what to do, in words', async () => {
    const args = ['--folder', folder, '--port', `${await freePair()}`];
    const failing = await javaThat('kafka.Kafka', 'printf "no luck\\n\\tat today\\n"; exit 1');
    const wayOut = 'npm run kafka:down -- --remove-data\n';
    const unlucky = await call('kafka-up', args, failing);
    expect(unlucky).toMatchObject({ code: 1, stdout: '' });
    expect(unlucky.stderr).toMatch(/^broker 1 did not start:\nno luck\nTheir output is in/m);
    const notes = join(folder, 'brokers-1/standing.json');
    writeFileSync(notes, JSON.stringify({ clusterId: 'AAAAAAAAAAAAAAAAAAAAAA', firstPort: 1 }));
    const another = await call('kafka-up', args);
    expect(another).toMatchObject({ code: 1, stderr: expect.stringContaining('Invalid cluster.id') as string });
    writeFileSync(notes, '');
    const unreadable = await call('kafka-up', args);
    rmSync(notes);
    const lost = await call('kafka-up', args);
    for (const { code, stderr } of [unlucky, another, unreadable, lost]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(RegExp(`${wayOut}$`));
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(await down('--remove-data')).toMatchObject({ code: 0, stderr: 'no broker was running\nremoved all data\n' });
    expect(readdirSync(folder)).toEqual(['java-home']);
  });
});
