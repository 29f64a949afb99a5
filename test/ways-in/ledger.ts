import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp } from '@mps-ledger/testing';

/** The standalone program with a file of sources, as a process that may be killed. */
export interface LedgerOfSources {
  /** For files of a test. */
  readonly folder: string;
  readonly api: string;
  /** Before the path of a source that is called. */
  readonly callbacks: string;
  /** Runs a built program to its end, with the ledger's settings; rejects with what it said if it fails. */
  run(script: string, ...words: readonly string[]): Promise<void>;
  /** Ends it by SIGKILL and starts it again. */
  killAndStart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it, and waits until it is ready. `settings`: besides its own, such as credentials. */
export async function startLedger(
  sources: readonly object[],
  settings: Readonly<Record<string, string>>,
): Promise<LedgerOfSources> {
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-ways-'));
  // Else, as root, the database's user could not enter it, and the data would lie elsewhere and stay.
  chmodSync(folder, 0o755);
  const [apiPort, callbackPort] = await freePorts(2);
  const file = join(folder, 'sources.json');
  writeFileSync(file, JSON.stringify({ sources }));
  const api = `http://127.0.0.1:${apiPort}`;
  const env = {
    ...{ API_PORT: `${apiPort}`, CALLBACK_PORT: `${callbackPort}`, MPS_API_PORT: '0', LOG_LEVEL: 'warn' },
    ...{ DATA_DIR: join(folder, 'data'), SOURCES_FILE: file, ...settings },
  };
  const start = () => startApp('apps/standalone/main.js', { env });
  let program = start();
  const ready = () =>
    eventually(async () => (await fetch(`${api}/readyz`)).ok, { timeoutMs: 90_000, what: () => program.stderr() });
  const close = async (): Promise<void> => {
    program.signal('SIGINT');
    await program.ended;
    rmSync(folder, { recursive: true, force: true });
  };
  await ready();
  return {
    ...{ folder, api, close, callbacks: `http://127.0.0.1:${callbackPort}/notify` },
    run: (script, ...words) => runProgram(env, script, words),
    async killAndStart() {
      program.signal('SIGKILL');
      await program.ended;
      program = start();
      await ready();
    },
  };
}

async function runProgram(
  env: Readonly<Record<string, string>>,
  script: string,
  words: readonly string[],
): Promise<void> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(process.cwd(), 'dist', script), ...words], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-4000)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${said}`);
}
