import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, type AppProcess } from '@mps-ledger/testing';

/** The built standalone program, in a process of its own over data of its own. */
export interface LedgerProcess {
  readonly api: string;
  readonly callbacks: string;
  readonly dataDir: string;
  readonly program: AppProcess;
  /** The peak memory of the process so far, in MB; null if the system does not report it. */
  peakMegabytes(): number | null;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** Starts it and waits until it is ready. */
export async function startLedger(env: Readonly<Record<string, string>> = {}): Promise<LedgerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mps-ledger-bad-'));
  // Else, as root, the database's user could not enter it, and the data would lie elsewhere and stay.
  chmodSync(dataDir, 0o755);
  const [apiPort, callbackPort] = await freePorts(2);
  const ports = { API_PORT: `${apiPort}`, CALLBACK_PORT: `${callbackPort}` };
  const program = startApp('apps/standalone/main.js', {
    env: { ...ports, DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env },
  });
  const api = `http://127.0.0.1:${apiPort}`;
  await eventually(async () => (await fetch(`${api}/readyz`)).status === 200, {
    timeoutMs: 90_000,
    what: `the program to be ready: ${program.stderr()}`,
  });
  return {
    ...{ api, callbacks: `http://127.0.0.1:${callbackPort}/notify/mps`, dataDir, program },
    peakMegabytes: () => peakOf(program.pid),
    async close() {
      program.signal('SIGINT');
      await program.ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** VmHWM of proc(5), in kB there. */
function peakOf(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}
