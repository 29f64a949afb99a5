import { Type } from 'typebox';
import {
  databaseMistakes,
  DATABASE_URL,
  databaseSettings,
  EVENT_LOG,
  healthListenerSettings,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
  processSettings,
} from '@mps-ledger/platform';
import type { ConfigurationMistake, Settings } from '@mps-ledger/platform';
import { projectionSettings, projectionsOn, rawRetentionSetting } from '@mps-ledger/projections';
import type { OptionalProjectionsOptions } from './optional/optional-projections';

/** For every program that has a projector in it. */
export const taskChecksSetting = {
  TASK_CHECKS_PER_MINUTE: Type.Integer({
    minimum: 0,
    maximum: 6_000,
    default: 30,
    description:
      'Random tasks a minute that are folded again from their history and compared with their rows; 0: none. A difference is an alarm.',
  }),
};

/** All settings of the projector. */
export const projectorSettings = Type.Object({
  ...processSettings,
  ...healthListenerSettings(8083),
  EVENT_LOG,
  DATABASE_URL,
  ...databaseSettings,
  ...kafkaSettings,
  ...projectionSettings,
  ...rawRetentionSetting,
  ...taskChecksSetting,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
});

export type ProjectorSettings = Settings<typeof projectorSettings>;

const DAY_MS = 24 * 60 * 60 * 1_000;

type OptionalSettings = Pick<ProjectorSettings, 'OPTIONAL_PROJECTIONS' | 'RAW_RETENTION_DAYS'>;

/** What the settings say of optional projections. */
export function optionalProjectionsOf({
  OPTIONAL_PROJECTIONS,
  RAW_RETENTION_DAYS,
}: OptionalSettings): Omit<OptionalProjectionsOptions, 'pool'> {
  return {
    projections: projectionsOn(OPTIONAL_PROJECTIONS),
    rawRetentionMs: RAW_RETENTION_DAYS === undefined ? null : RAW_RETENTION_DAYS * DAY_MS,
  };
}

/** Conflicts between settings that are valid one by one. */
export function projectorMistakes(config: Partial<ProjectorSettings>): readonly ConfigurationMistake[] {
  return [...kafkaMistakes(config), ...databaseMistakes(config)];
}
