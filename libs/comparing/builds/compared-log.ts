import { isSameLog, type LogIdentity } from '@mps-ledger/event-log';
import {
  readCheckpoints,
  readFoldVersion,
  readProjectedLog,
  type Positions,
  type ReadModel,
} from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';

/** What two builds are made of. */
export interface ComparedLog {
  readonly identity: LogIdentity;
  readonly foldVersions: { readonly from: number; readonly to: number };
}

/** Two builds cannot be compared: of another log, or of none. */
export class NotComparable extends Error {
  readonly code = 'not-comparable';
}

/** Reads what two builds are made of. @throws NotComparable */
export async function readComparedLog(from: ReadModel, to: ReadModel): Promise<ComparedLog> {
  const [one, other] = await Promise.all([logOf(from), logOf(to)]);
  if (!isSameLog(one.identity, other.identity) || one.identity.partitions !== other.identity.partitions)
    throw new NotComparable(
      `${from.schema} is of ${inWords(one.identity)}, and ${to.schema} is of ${inWords(other.identity)}: only builds of one event generation can be compared`,
    );
  return { identity: one.identity, foldVersions: { from: one.foldVersion, to: other.foldVersion } };
}

async function logOf(model: ReadModel): Promise<{ readonly identity: LogIdentity; readonly foldVersion: number }> {
  const [identity, foldVersion] = [await readProjectedLog(model), await readFoldVersion(model)];
  if (identity !== null && foldVersion !== null) return { identity, foldVersion };
  throw new NotComparable(`${model.schema} knows no log yet: nothing was projected into it`);
}

function inWords({ logId, logGeneration, eventGeneration, partitions }: LogIdentity): string {
  return `log ${logId}, log generation ${logGeneration}, event generation ${eventGeneration}, ${partitions} partitions`;
}

/** How far a build is, by topic. */
export interface BuildPositions {
  readonly events: Positions;
  readonly rejected: Positions;
}

/** Reads how far a build is. */
export async function readPositions(model: ReadModel, partitions: number): Promise<BuildPositions> {
  const rows = await readCheckpoints(model);
  const of = (topic: string): Positions => {
    const positions = new Map(rows.filter((row) => row.topic === topic).map((row) => [row.partition, row.position]));
    return Array.from({ length: partitions }, (_, partition) => positions.get(partition) ?? 0);
  };
  return { events: of(TOPICS.events), rejected: of(TOPICS.rejected) };
}

/** The lower of two positions, partition by partition. */
export function common(a: Positions, b: Positions): Positions {
  return a.map((position, partition) => Math.min(position, b[partition] ?? 0));
}

/** How many offsets the first is behind the second. */
export function behind(a: Positions, b: Positions): number {
  return b.reduce((sum, position, partition) => sum + Math.max(0, position - (a[partition] ?? 0)), 0);
}
