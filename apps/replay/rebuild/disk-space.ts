import { statfs } from 'node:fs/promises';
import { StartFailure } from '@mps-ledger/platform';
import { readSizeInBytes, type Queryable } from '@mps-ledger/read-model';

/** How much more than the build that is read a new one may take: sorting of indexes, the write-ahead log, what is not yet vacuumed. */
const FACTOR = 1.2;
const BESIDES = 512 * 1024 * 1024;

export interface DiskSpaceOptions {
  readonly db: Queryable;
  /** Schema of the build that is read. */
  readonly from: string;
  /** Schema of the build to be loaded, where an earlier run has begun it. */
  readonly to: string | null;
  /** Folder of the data; null where the database is elsewhere. */
  readonly dataDir: string | null;
  /** Default: asks the file system. */
  readonly freeIn?: (folder: string) => Promise<number>;
}

/** What is needed and what there is, in bytes. */
export interface DiskSpace {
  readonly needed: number;
  /** Null: nobody knows. */
  readonly free: number | null;
}

/** Estimates what a build needs by the size of the one that is read. Rejects with a StartFailure where there is too little. */
export async function checkDiskSpace(options: DiskSpaceOptions): Promise<DiskSpace> {
  const { db, from, to, dataDir, freeIn = freeBytesIn } = options;
  const there = to === null ? 0 : await readSizeInBytes(db, to);
  const needed = Math.max(0, Math.ceil((await readSizeInBytes(db, from)) * FACTOR) - there) + BESIDES;
  const free = dataDir === null ? null : await freeIn(dataDir);
  if (free === null || free >= needed) return { needed, free };
  throw new StartFailure(
    'disk-too-small',
    `The rebuild needs about ${inWords(needed)}, and the disk of ${dataDir} has ${inWords(free)} free: ` +
      'free some. Nothing was changed.',
  );
}

async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Such as `1.5 GB`. */
export function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
