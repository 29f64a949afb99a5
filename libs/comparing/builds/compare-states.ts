import { countHistory, readStateGroups, type ReadModel, type TwoAtOnce } from '@mps-ledger/read-model';
import { StatesDigest } from '@mps-ledger/records';
import { common, type BuildPositions } from './compared-log';

/** What two builds come to as a whole. */
export interface ComparedStates {
  /** Tasks, and the digest over their states, of each build as it was. */
  readonly from: BuildStates;
  readonly to: BuildStates;
  /** Records in history up to the common position, by partition. */
  readonly history: readonly {
    readonly partition: number;
    readonly upTo: number;
    readonly from: number;
    readonly to: number;
  }[];
}

export interface BuildStates {
  readonly tasks: number;
  readonly digest: string;
}

/** Counts and digests of two builds. */
export async function compareStates(
  { from, to }: TwoAtOnce,
  positions: { readonly from: BuildPositions; readonly to: BuildPositions },
): Promise<ComparedStates> {
  const upTo = common(positions.from.events, positions.to.events);
  const [before, after] = await Promise.all([statesOf(from), statesOf(to)]);
  const [fromCounts, toCounts] = await Promise.all([countHistory(from, upTo), countHistory(to, upTo)]);
  const history = upTo.map((position, partition) => ({
    ...{ partition, upTo: position, from: fromCounts[partition] ?? 0, to: toCounts[partition] ?? 0 },
  }));
  return { from: before, to: after, history };
}

async function statesOf(model: ReadModel): Promise<BuildStates> {
  const digest = new StatesDigest();
  let tasks = 0;
  for (const group of await readStateGroups(model)) {
    digest.addGroup(group.name, group.digest);
    tasks += group.tasks;
  }
  return { tasks, digest: digest.end() };
}
