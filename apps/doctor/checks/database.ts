import { examineDatabase } from '@mps-ledger/database';
import { databaseNeeds } from '@mps-ledger/event-log';
import { projectionRights, projectionSchema, readingRights } from '@mps-ledger/read-model';
import { atColon, itemOfError } from '../item-of-error';
import { finding, ok, warning, type CheckItem } from '../check';
import type { OpenedDatabase } from '../database';
import { ANSWER_MS, type LedgerView } from '../ledger';

/** Whether the database lets the programs in, takes their writes, grants them their rights, and has connections to spare. */
export async function checkDatabase(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const opened = await ledger.opened();
  const { EVENT_LOG = 'postgres' } = ledger.deployment.config;
  const rights = [
    ...projectionRights(projectionSchema),
    ...readingRights(projectionSchema),
    ...databaseNeeds({ EVENT_LOG }).rights,
  ];
  const { database, where } = opened;
  const examined = { database, name: 'mps-ledger doctor', writes: true, rights, answerMs: ANSWER_MS };
  try {
    const refusal = await examineDatabase(examined);
    if (refusal !== null) return [finding(...atColon(refusal.words), where)];
  } catch (error) {
    return [{ ...itemOfError(error, database.url), where }];
  }
  return [await connectionsOf(ledger, opened)];
}

/** Of max_connections, without those that are reserved. */
const MOST_USED = 0.85;

interface Connections {
  readonly version: string;
  readonly used: number;
  readonly allowed: number;
}

async function connectionsOf(ledger: LedgerView, { where }: OpenedDatabase): Promise<CheckItem> {
  const { rows } = await (
    await ledger.pool()
  ).query<Connections>(
    `SELECT current_setting('server_version') AS version,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS used,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS allowed`,
  );
  const { version = '?', used = 0, allowed = 1 } = rows[0] ?? {};
  const what = `Postgres ${version} in ${where}, ${used} of ${allowed} connections used`;
  if (used <= allowed * MOST_USED) return ok(what);
  const fix = 'raise max_connections, put a pooler before it (DATABASE_POOLER), or stop clients that are not needed';
  return warning(`few connections are free: ${used} of ${allowed} are used`, fix, where);
}
