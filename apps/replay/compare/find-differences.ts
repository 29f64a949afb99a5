import type { Pool } from 'pg';
import type { Build } from '@mps-ledger/catalogue';
import { compareBuilds, NotComparable } from '@mps-ledger/comparing';
import { readModelIn } from '@mps-ledger/read-model';

/** How long it is waited for tasks that change meanwhile, ms. */
const PATIENCE_MS = 120_000;

/** What differs between two builds, in words; null where nothing does. `pool` needs two connections without a limit of time for statements. */
export async function findDifferences(pool: Pool, from: Build, to: Build, signal: AbortSignal): Promise<string | null> {
  const models = { from: readModelIn(from.schema, pool), to: readModelIn(to.schema, pool) };
  try {
    const { ok, differing, places, left, tasks } = await compareBuilds({ ...models, patienceMs: PATIENCE_MS, signal });
    if (ok) return null;
    const command = `npm run compare -- --from ${from.n} --to ${to.n}`;
    if (differing + places.length === 0 && left.length > 0)
      return `${left.length} tasks changed whenever they were looked at (${command} with a longer --patience)`;
    const first = tasks[0]?.values[0];
    const example =
      first === undefined
        ? ''
        : `, such as ${first.value} ${first.from ?? 'nothing'} → ${first.to ?? 'nothing'} of task ${tasks[0]?.task_id ?? ''}`;
    return `${differing} tasks and ${places.length} other rows differ${example}: ${command} shows them`;
  } catch (error) {
    if (error instanceof NotComparable) return error.message;
    throw error;
  }
}
