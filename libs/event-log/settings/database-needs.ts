import type { EventLogSettings } from '@mps-ledger/platform';

/** What an app that appends to the log or follows it needs of the database: nothing where the log is elsewhere. */
export interface DatabaseNeeds {
  readonly writes: boolean;
  /** Rights on tables. */
  readonly rights: readonly (readonly [table: string, right: string])[];
}

const RIGHTS: DatabaseNeeds['rights'] = [
  ['ledger_log.log', 'SELECT'],
  ['ledger_log.record', 'SELECT'],
  ['ledger_log.record', 'INSERT'],
  ['ledger_log.partition', 'UPDATE'],
  ['ledger_log.claim', 'INSERT'],
  ['ledger_log.claim', 'UPDATE'],
  ['ledger_log.member', 'INSERT'],
  ['ledger_log.member', 'UPDATE'],
  ['ledger_log.member', 'DELETE'],
];

/** The needs of the log that the settings choose. */
export function databaseNeeds({ EVENT_LOG }: Pick<EventLogSettings, 'EVENT_LOG'>): DatabaseNeeds {
  return EVENT_LOG === 'postgres' ? { writes: true, rights: RIGHTS } : { writes: false, rights: [] };
}
