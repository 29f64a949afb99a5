import { Type } from 'typebox';
import {
  DATABASE_URL,
  EVENT_LOG,
  healthListenerSettings,
  kafkaSettings,
  logLayoutSettings,
  processSettings,
} from '@mps-ledger/platform';
import type { Settings } from '@mps-ledger/platform';

/** All settings of the projector. */
export const projectorSettings = Type.Object({
  ...processSettings,
  ...healthListenerSettings(8083),
  EVENT_LOG,
  DATABASE_URL,
  ...kafkaSettings,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
});

export type ProjectorSettings = Settings<typeof projectorSettings>;
