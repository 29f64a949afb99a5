import type { LogGuard } from '../guard/log-guard';
import type { Finding } from '@mps-ledger/platform';

/** Looks at the log now. Null where it is sound; rejects where it cannot be looked at. */
export async function checkLog(guard: LogGuard): Promise<Finding | null> {
  const problem = await guard.check();
  if (problem === null) return null;
  const { code, reason, fix } = problem;
  const brief = `${code}: ${reason}`;
  return { brief, reason: fix === undefined ? brief : `${brief}\n  to fix it: ${fix}` };
}
