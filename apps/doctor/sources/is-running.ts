import type { LedgerView } from '../ledger';

/** Whether the ledger runs, as far as that can be known: where it has a database of its own, that one runs with it. */
export async function isRunning(ledger: LedgerView): Promise<boolean> {
  const database = await ledger.opened().catch(() => null);
  return database === null ? ledger.deployment.isGiven('DATABASE_URL') : database.isRunning !== false;
}
