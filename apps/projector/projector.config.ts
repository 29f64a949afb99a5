import { Type } from 'typebox';
import { DATABASE_URL, healthListenerSettings, processSettings } from '@mps-ledger/platform';
import type { Settings } from '@mps-ledger/platform';

/** All settings of the projector. */
export const projectorSettings = Type.Object({
  ...processSettings,
  ...healthListenerSettings(8083),
  EVENT_LOG: Type.Enum(['postgres'] as const, { description: 'Which event log: postgres.' }),
  DATABASE_URL,
});

export type ProjectorSettings = Settings<typeof projectorSettings>;
