import { ingestMistakes, ingestSettings } from '../../apps/ingest/ingest.config';
import { projectorMistakes, projectorSettings } from '../../apps/projector/projector.config';
import { mpsApiMistakes, mpsApiSettings } from '../../apps/mps-api/mps-api.config';
import { NEIGHBOURS_SETTINGS, queryMistakes, querySettings } from '../../apps/query/query.config';
import { simulatorSettings } from '../../apps/simulator/simulator.config';
import { setupMistakes, setupSettings } from '../../apps/standalone/setup.config';
import {
  ConfigurationError,
  readConfiguration,
  type ReadConfigurationOptions,
  type Settings,
  type SettingsSchema,
} from '@mps-ledger/platform';
import type { Variables } from './compose-file';

/** What the code says of a program that a service runs. */
export interface DeployedProgram {
  /** Its source, from the root of the tree. */
  readonly source: string;
  /** Names of its settings. */
  readonly settings: readonly string[];
  /** Reads an environment as the program does; answers what it listens on, or what is wrong in words. */
  readonly read: (environment: Variables) => { readonly listens: Listens } | { readonly refused: string };
}

export interface Listens {
  /** Of `/livez`, `/readyz` and `/metrics`; null for a program that ends by itself. */
  readonly probes: number | null;
  /** For users outside; null where there are none. */
  readonly serves: number | null;
  /** Milliseconds between SIGTERM and closing. */
  readonly delayMs: number;
}

const PREFIXES = ['LEDGER_', 'MPS_', 'KAFKA_'];

/** What the AWS SDK reads. */
const AWS_VARIABLES = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Mirrors what each `main.ts` gives to `runProgram`; the programs that run with these settings show that it is true. */
export const PROGRAMS: Readonly<Record<string, DeployedProgram>> = {
  setup: program('apps/standalone/setup.ts', setupSettings, { check: setupMistakes }, () => ({
    ...{ probes: null, serves: null, delayMs: 0 },
  })),
  ingest: program(
    'apps/ingest/main.ts',
    ingestSettings,
    { check: ingestMistakes, prefixes: [...PREFIXES, 'CMQ_', 'SQS_'] },
    (config) => ({
      ...{ probes: config.HEALTH_PORT, serves: config.CALLBACK_PORT, delayMs: config.SHUTDOWN_DELAY_MS },
    }),
    AWS_VARIABLES,
  ),
  projector: program('apps/projector/main.ts', projectorSettings, { check: projectorMistakes }, (config) => ({
    ...{ probes: config.HEALTH_PORT, serves: null, delayMs: config.SHUTDOWN_DELAY_MS },
  })),
  query: program(
    'apps/query/main.ts',
    querySettings,
    { check: queryMistakes, alsoKnown: NEIGHBOURS_SETTINGS },
    (config) => ({ probes: config.API_PORT, serves: config.API_PORT, delayMs: config.SHUTDOWN_DELAY_MS }),
    NEIGHBOURS_SETTINGS,
  ),
  'mps-api': program('apps/mps-api/main.ts', mpsApiSettings, { check: mpsApiMistakes }, (config) => ({
    ...{ probes: config.HEALTH_PORT, serves: config.MPS_API_PORT, delayMs: config.SHUTDOWN_DELAY_MS },
  })),
  simulator: program('apps/simulator/main.ts', simulatorSettings, {}, () => ({
    ...{ probes: null, serves: null, delayMs: 0 },
  })),
};

/** @param others names that it may be given beside its own */
function program<S extends SettingsSchema>(
  source: string,
  schema: S,
  options: Omit<ReadConfigurationOptions<S>, 'app'>,
  listens: (config: Settings<S>) => Listens,
  others: readonly string[] = [],
): DeployedProgram {
  const read: DeployedProgram['read'] = (environment) => {
    try {
      const config = readConfiguration(schema, environment, { app: source, prefixes: PREFIXES, ...options });
      return { listens: listens(config) };
    } catch (error) {
      if (error instanceof ConfigurationError) return { refused: error.message };
      throw error;
    }
  };
  return { source, settings: [...Object.keys(schema.properties), ...others], read: remembering(read) };
}

/** Compiling a schema takes a while, and most edits of a compose file leave most environments alone. */
function remembering(read: DeployedProgram['read']): DeployedProgram['read'] {
  const known = new Map<string, ReturnType<DeployedProgram['read']>>();
  return (environment) => {
    const key = JSON.stringify(environment);
    const answer = known.get(key) ?? read(environment);
    known.set(key, answer);
    return answer;
  };
}
