import type { Given } from '@mps-ledger/platform';
import type { PastPoint } from '@mps-ledger/read-model';
import type { TASK_PARAMETERS } from './task-parameters';
import { notTogether } from './task-problems';

type PointParameters = Pick<Given<typeof TASK_PARAMETERS>, 'at' | 'at_version' | 'until'>;

/** The past moment that is asked for; null: none. Throws 400 for parameters that exclude each other. */
export function pastOf({ at, at_version: version, until }: PointParameters): PastPoint | null {
  if (at !== undefined && version !== undefined)
    throw notTogether(['at', 'at_version'], 'each of them names the moment.');
  const point = at !== undefined ? { at } : version !== undefined ? { version } : null;
  if (point !== null && until !== undefined) {
    const name = at === undefined ? 'at_version' : 'at';
    throw notTogether(['until', name], 'a past moment does not change, so there is nothing to wait for.');
  }
  return point;
}
