export { connected, giveBack } from './connected';
export { examineDatabase, type ExamineOptions } from './examine';
export { makePool, type PoolOptions } from './make-pool';
export { directDatabase, listenUrl, type Database, type Pooler } from './ways';
export { mayPass, refusalOf, type DatabaseRefusal } from './refusals';
export { settingsStatement, type Durability, type SessionSettings } from './session-settings';
export { whyReadOnly } from './read-only';
export { inSnapshot } from './snapshot';
export { inTransaction, ROLLBACK, type TransactionOptions } from './transaction';
