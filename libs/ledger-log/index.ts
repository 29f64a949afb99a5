export { databaseNeeds, type DatabaseNeeds } from './database-needs';
export { checkLog } from './log-check';
export { makeLedgerLog, type LedgerLogOptions } from './make-ledger-log';
export { setUpLedgerLog, type SetUpLedgerLogOptions } from './set-up-ledger-log';
export { DERIVED_TOPIC, describePlaces, type LogSettings } from './log-settings';
