import type { LogGuard } from '../guard/log-guard';
import type { Finding } from '@mps-ledger/platform';

/** Looks at the log now. Null where it is sound; rejects where it cannot be looked at. */
export async function checkLog(guard: LogGuard): Promise<Finding | null> {
  const problem = await guard.check();
  if (problem === null) return null;
  const { code, reason, mend } = problem;
  const brief = `${code}: ${reason}`;
  return { brief, reason: mend === undefined ? brief : `${brief}\n  to mend it: ${mend}` };
}
