import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@mps-ledger/testing';
import { serverOn } from '../../standalone/process';
import { endProgram, startProgram, type RunningProgram, type Variables } from '../programs';
import { untilReady, type Target } from './target';

/** The program that `npm start` runs, on a data folder of its own. */
export interface StandaloneTarget extends Target {
  readonly kind: 'standalone';
  readonly dataDir: string;
  /** Starts it and does not wait. */
  begin(variables?: Variables): RunningProgram;
  /** The one that was started last. */
  program(): RunningProgram;
  /** Of its Postgres. */
  postgresPid(): number;
}

export interface StandaloneOptions {
  readonly folder: string;
  /** Default: `data` in the folder. */
  readonly dataDir?: string;
  /** Scripts that are loaded before it. Default: none. */
  readonly preload?: readonly string[];
  /** More settings. Default: none. */
  readonly settings?: Variables;
}

export async function makeStandalone(options: StandaloneOptions): Promise<StandaloneTarget> {
  const { folder, dataDir = join(folder, 'data'), preload = [], settings: more = {} } = options;
  const [api = 0, callback = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${api}`;
  const ports = { API_PORT: `${api}`, CALLBACK_PORT: `${callback}` };
  const settings = { DATA_DIR: dataDir, ...ports, SHUTDOWN_DELAY_MS: '0', ...more };
  let last: RunningProgram | null = null;
  const begin = (variables: Variables = {}): RunningProgram => {
    const how = { name: 'standalone', script: 'apps/standalone/main.js', folder, preload };
    return (last = startProgram({ ...how, variables: { ...settings, ...variables } }));
  };
  const stop = async (): Promise<void> => {
    if (last?.isRunning() === true) await endProgram(last);
  };
  return {
    kind: 'standalone',
    folder,
    dataDir,
    callbacks: `http://127.0.0.1:${callback}/notify/mps`,
    api: url,
    variables: { DATA_DIR: dataDir },
    databaseUrl: () => embeddedUrl(dataDir),
    begin,
    program: () => {
      if (last === null) throw new Error('the standalone program was not started yet');
      return last;
    },
    postgresPid: () => serverOn(dataDir).pid,
    async start(variables) {
      const program = last?.isRunning() === true ? last : begin(variables);
      await untilReady(url, program);
    },
    stop,
    close: stop,
  };
}

/** Of the embedded Postgres at work on a data folder. */
function embeddedUrl(dataDir: string): string {
  const password = readFileSync(join(dataDir, 'postgres', 'password'), 'utf8').trim();
  return `postgresql://ledger:${password}@127.0.0.1:${serverOn(dataDir).port}/postgres`;
}
