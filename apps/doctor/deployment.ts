import {
  ConfigurationError,
  readConfiguration,
  unknownNames,
  withoutServiceLinks,
  type ConfigurationMistake,
  type Environment,
  type ReadConfigurationOptions,
  type SettingsSchema,
} from '@mps-ledger/platform';
import { ingestMistakes, ingestSettings } from '../ingest/ingest.config';
import { mpsApiMistakes, mpsApiSettings } from '../mps-api/mps-api.config';
import { projectorMistakes, projectorSettings } from '../projector/projector.config';
import { queryMistakes, querySettings } from '../query/query.config';
import { simulatorSettings } from '../simulator/simulator.config';
import { setupMistakes, setupSettings } from '../standalone/setup.config';
import { standaloneMistakes, standaloneSettings } from '../standalone/standalone.config';
import { doctorSettings, type DoctorConfig } from './doctor.config';

/** The settings of a deployment, and what is wrong with them. */
export interface Deployment {
  /** The valid settings, defaults included; an invalid one is missing. */
  readonly config: Partial<DoctorConfig>;
  /** Whose settings they are: with DATABASE_URL and EVENT_LOG those of the three programs, else those of `npm start`. */
  readonly programs: 'npm start' | 'ingest, projector and query';
  /** What a program refuses to start with. */
  readonly mistakes: readonly ConfigurationMistake[];
  /** What no program refuses, and what is probably not meant. */
  readonly doubts: readonly ConfigurationMistake[];
  /** Whether a setting is given, by itself or as `NAME_FILE`. */
  readonly isGiven: (name: keyof DoctorConfig) => boolean;
}

const PREFIXES = ['LEDGER_', 'MPS_', 'KAFKA_', 'CMQ_', 'SQS_'];

const SCHEMAS: readonly SettingsSchema[] = [doctorSettings, setupSettings, simulatorSettings];
const ALL_NAMES = [...new Set(SCHEMAS.flatMap(({ properties }) => Object.keys(properties)))];

/** Reads the environment as each program does, and collects the mistakes of all of them. Never throws. */
export function readDeployment(env: Environment): Deployment {
  const isGiven = (name: string): boolean => Boolean(env[name]) || Boolean(env[`${name}_FILE`]);
  const isStandalone = !isGiven('DATABASE_URL') || !isGiven('EVENT_LOG');
  const standalone = mistakesOf(standaloneSettings, env, standaloneMistakes);
  const apps = isStandalone ? [] : mistakesOfApps(env);
  const { mistakes, doubts } = namesIn(env);
  const found = merged(mistakes, ...(isStandalone ? [standalone] : apps));
  const known = new Set(found.map(({ key }) => key));
  return {
    config: validSettings(env),
    programs: isStandalone ? 'npm start' : 'ingest, projector and query',
    mistakes: found,
    doubts: merged(doubts, isStandalone ? [] : standalone).filter(({ key }) => !known.has(key)),
    isGiven,
  };
}

function mistakesOfApps(env: Environment): readonly (readonly ConfigurationMistake[])[] {
  return [
    mistakesOf(setupSettings, env, setupMistakes),
    mistakesOf(ingestSettings, env, ingestMistakes),
    mistakesOf(projectorSettings, env, projectorMistakes),
    mistakesOf(querySettings, env, queryMistakes),
    mistakesOf(mpsApiSettings, env, mpsApiMistakes),
  ];
}

/** Names are looked at once for all programs: one that a program does not know may be another program's. */
function mistakesOf<S extends SettingsSchema>(
  schema: S,
  env: Environment,
  check: NonNullable<ReadConfigurationOptions<S>['check']>,
): readonly ConfigurationMistake[] {
  const ours = Object.fromEntries(Object.entries(env).filter(([name]) => isKnown(name)));
  try {
    readConfiguration(schema, ours, { app: 'doctor', alsoKnown: ALL_NAMES, check });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
}

const isKnown = (name: string): boolean => ALL_NAMES.includes(name) || ALL_NAMES.includes(name.replace(/_FILE$/, ''));

/** Unknown names that resemble a setting are mistakes; others with a prefix of ours may belong to another program. */
function namesIn(env: Environment): Pick<Deployment, 'mistakes' | 'doubts'> {
  const found = unknownNames(withoutServiceLinks(env), PREFIXES, { own: ALL_NAMES, others: [] });
  const isMeant = ({ message }: ConfigurationMistake): boolean => message.includes('Did you mean');
  return {
    mistakes: found.mistakes.filter(isMeant),
    doubts: [...found.mistakes.filter((one) => !isMeant(one)), ...found.warnings],
  };
}

/** What several programs find in one setting is shown as the first of them says it. */
function merged(...programs: readonly (readonly ConfigurationMistake[])[]): readonly ConfigurationMistake[] {
  const all: ConfigurationMistake[] = [];
  for (const mistakes of programs) {
    const known = new Set(all.map(({ key }) => key));
    all.push(...mistakes.filter(({ key }) => !known.has(key)));
  }
  return all;
}

function validSettings(env: Environment): Partial<DoctorConfig> {
  let valid: Partial<DoctorConfig> = {};
  try {
    readConfiguration(doctorSettings, env, {
      app: 'doctor',
      check: (config) => {
        valid = config;
        return [];
      },
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
  }
  return valid;
}
