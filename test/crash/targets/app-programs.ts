import { freePorts } from '@mps-ledger/testing';
import { BrokenPromise } from '../promises';
import { endProgram, startProgram, type RunningProgram, type Variables } from '../programs';
import { untilReady } from './target';

const KINDS = ['ingest', 'query', 'projector'] as const;
const NUMBERS = ['', '-2', '-3'] as const;

export type AppKind = (typeof KINDS)[number];

/** One program of the apps: the usual one of its kind, or a second or third instance where a fault wants it. */
export type AppName = `${AppKind}${(typeof NUMBERS)[number]}`;

/** Ingest, projector and query as processes of their own over one ledger. */
export interface AppPrograms {
  /** Starts one, unless it runs, and waits until it is ready. Rejects with a `BrokenPromise`. */
  startApp(name: AppName, variables?: Variables): Promise<void>;
  /** Starts one, unless it runs, and does not wait. */
  beginApp(name: AppName, variables?: Variables): RunningProgram;
  /** Asks one to end, if it runs, and waits until it has. */
  stopApp(name: AppName): Promise<void>;
  /** The one of this name that was started last; null where there was none. */
  app(name: AppName): RunningProgram | null;
  /** Base URL of its probes, and of the API where it has one; the same through all starts. */
  probesOf(name: AppName): string;
  /** Where an ingest takes callbacks; the same through all starts. */
  callbacksOf(name: AppName & `ingest${string}`): string;
  /** Starts one of each kind, unless it runs, and waits until they are ready. */
  start(variables?: Variables): Promise<void>;
  /** Asks all to end and waits until they have. */
  stop(): Promise<void>;
}

export interface AppProgramsOptions {
  /** For what they say. */
  readonly folder: string;
  /** With which they find log and rows. */
  readonly variables: Variables;
  /** Scripts that are loaded before each program. Default: none. */
  readonly preload?: readonly string[];
}

const NAMES: readonly AppName[] = KINDS.flatMap((kind) => NUMBERS.map((number) => `${kind}${number}` as const));

/** Which program a name stands for. */
export const kindOf = (name: AppName): AppKind => KINDS.find((kind) => name.startsWith(kind)) ?? 'query';

/** Starts nothing yet. */
export async function makeAppPrograms(options: AppProgramsOptions): Promise<AppPrograms> {
  const { folder, preload = [] } = options;
  const ports = await freePorts(2 * NAMES.length);
  const portOf = (name: AppName, use: 'probes' | 'callbacks') =>
    ports[2 * NAMES.indexOf(name) + (use === 'probes' ? 0 : 1)] ?? 0;
  const probesOf = (name: AppName): string => `http://127.0.0.1:${portOf(name, 'probes')}`;
  const settingsOf = (name: AppName): Variables => ({
    ...options.variables,
    SHUTDOWN_DELAY_MS: '0',
    [kindOf(name) === 'query' ? 'API_PORT' : 'HEALTH_PORT']: `${portOf(name, 'probes')}`,
    ...(kindOf(name) === 'ingest' && { CALLBACK_PORT: `${portOf(name, 'callbacks')}` }),
  });
  const started = new Map<AppName, RunningProgram>();
  const beginApp = (name: AppName, variables: Variables = {}): RunningProgram => {
    const known = started.get(name);
    if (known?.isRunning() === true) return known;
    const how = { name, script: `apps/${kindOf(name)}/main.js`, folder, preload };
    const program = startProgram({ ...how, variables: { ...settingsOf(name), ...variables } });
    started.set(name, program);
    return program;
  };
  const startApp = (name: AppName, variables?: Variables) => untilReady(probesOf(name), beginApp(name, variables));
  const stopApp = async (name: AppName): Promise<void> => {
    const program = started.get(name);
    if (program?.isRunning() === true) await endProgram(program);
  };
  return {
    ...{ startApp, beginApp, stopApp, probesOf },
    app: (name) => started.get(name) ?? null,
    callbacksOf: (name) => `http://127.0.0.1:${portOf(name, 'callbacks')}/notify/mps`,
    start: async (variables) => void (await Promise.all(KINDS.map((name) => startApp(name, variables)))),
    stop: async () => void (await Promise.all([...started.keys()].map(stopApp))),
  };
}

/** Runs the setup step. Rejects with a `BrokenPromise` where it fails. */
export async function runSetup(variables: Variables, folder: string): Promise<void> {
  const { ended } = beginSetup(variables, folder);
  const { code, signal } = await ended;
  if (code !== 0) throw new BrokenPromise(`setup ended with ${signal ?? code}: see setup.err`);
}

/** Starts the setup step and does not wait. `preload`: scripts that are loaded before it. */
export function beginSetup(variables: Variables, folder: string, preload: readonly string[] = []): RunningProgram {
  return startProgram({ name: 'setup', script: 'apps/standalone/setup.js', variables, folder, preload });
}
