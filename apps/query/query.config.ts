import { Type } from 'typebox';
import { apiListenerSettings, DATABASE_URL, processSettings } from '@mps-ledger/platform';
import type { Settings } from '@mps-ledger/platform';

/** Everything that the query app can be told. */
export const querySettings = Type.Object({
  ...processSettings,
  ...apiListenerSettings,
  DATABASE_URL,
  EVENT_LOG: Type.Enum(['kafka', 'postgres'] as const, {
    description:
      'Where the event log is. The query app reads Postgres only, but an installation names it for all its apps alike.',
  }),
});

export type QuerySettings = Settings<typeof querySettings>;
