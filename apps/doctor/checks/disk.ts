import { statfs } from 'node:fs/promises';
import { finding, ok, warning, type CheckItem } from '../check';
import type { LedgerView } from '../ledger';

const GIB = 1024 ** 3;
const LEAST_BYTES = GIB / 4;
const FEW_BYTES = 2 * GIB;

/** Whether the embedded Postgres has room to write. Of any other server the doctor cannot see the disk. */
export async function checkDisk(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const { dataDir } = await ledger.database();
  if (dataDir === null) return [ok('the disk of a server of your own is not looked at')];
  const { bavail, bsize } = await statfs(dataDir);
  return [itemOfSpace(bavail * bsize, dataDir)];
}

/** What so many free bytes mean. */
export function itemOfSpace(free: number, dataDir: string): CheckItem {
  const what = `${(free / GIB).toFixed(1)} GiB are free for ${dataDir}`;
  if (free >= FEW_BYTES) return ok(what);
  const fix = 'free some space, or move the folder to a larger disk and set DATA_DIR';
  return free < LEAST_BYTES
    ? finding(`only ${what}: a full disk stops the ledger`, fix, dataDir)
    : warning(`only ${what}`, fix, dataDir);
}
