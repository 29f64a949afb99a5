import { knownSchema, projectionSchema, readModelIn, readProjectedLog } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { LOG_FIXES } from '../item-of-error';
import { finding, ok, type CheckItem } from '../check';
import type { LedgerView } from '../ledger';

/** Whether the rows are in tables of this build, and belong to a log of its generations. */
export async function checkReadModel(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const pool = await ledger.pool();
  const model = readModelIn(projectionSchema, pool);
  const { where } = await ledger.database();
  const missing = await knownSchema(model);
  if (missing !== null) {
    const others = await otherSchemas(ledger);
    const beside = others.length === 0 ? '' : ` (rows of another build are in ${others.join(', ')})`;
    return [finding(`${missing.replace(/: run setup$/, '')}${beside}`, fixOf(missing), where)];
  }
  const log = await readProjectedLog(model);
  if (log === null) return [finding('the database knows no log yet', SETUP, where)];
  const { logGeneration, eventGeneration } = LEDGER_LAYOUT.generations;
  if (log.logGeneration !== logGeneration || log.eventGeneration !== eventGeneration)
    return [
      finding(
        `the rows are of log generation ${log.logGeneration} and event generation ${log.eventGeneration}, and this build is of ` +
          `${logGeneration} and ${eventGeneration}`,
        'run the build of those generations, or set DATABASE_URL to the database of this one',
        where,
      ),
    ];
  return [ok(`schema ${projectionSchema} of this build, of log ${log.logId}, ${log.partitions} partitions`)];
}

const SETUP = 'npm run setup (npm start does it by itself)';

function fixOf(missing: string): string {
  if (missing.includes('run setup')) return SETUP;
  if (missing.includes('newer'))
    return 'run the build that ran setup last, or a newer one; older ones do not read its tables';
  return LOG_FIXES['log-format'] ?? SETUP;
}

async function otherSchemas(ledger: LedgerView): Promise<readonly string[]> {
  const { rows } = await (
    await ledger.pool()
  ).query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^tasks_v\\d+$' AND nspname <> $1 ORDER BY 1`,
    [projectionSchema],
  );
  return rows.map(({ name }) => name);
}
