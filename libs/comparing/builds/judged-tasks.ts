import type { LogIdentity } from '@mps-ledger/event-log';
import { readLastPlaces, type Bytes, type LastPlace, type TwoAtOnce } from '@mps-ledger/read-model';
import { formatItemPosition } from '@mps-ledger/records';
import { common, type BuildPositions } from './compared-log';
import type { DifferingTask } from './differences';
import { explainTask } from './explain-task';

/** Tasks that are explained; the others are counted. */
const EXPLAINED = 100;
const KEYS_AT_ONCE = 500;

/** Tasks that two builds had differently when they were looked at: which of them differ, and which are to be looked at again. */
export class JudgedTasks {
  readonly tasks: DifferingTask[] = [];
  /** How many differ. */
  count = 0;
  /** One build had more records of them than the other. */
  left: readonly Bytes[] = [];

  constructor(readonly identity: LogIdentity) {}

  /** Answers those that are left, and leaves none. */
  takeLeft(): readonly Bytes[] {
    const { left } = this;
    this.left = [];
    return left;
  }

  /** Judges tasks by their rows as they are now. `areKnown`: their rows are known to differ. */
  async judge(
    pair: TwoAtOnce,
    { keys, areKnown }: { readonly keys: readonly Bytes[]; readonly areKnown: boolean },
    positions: { readonly from: BuildPositions; readonly to: BuildPositions },
  ): Promise<void> {
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
      const some = keys.slice(at, at + KEYS_AT_ONCE);
      const [from, to] = await Promise.all([readLastPlaces(pair.from, some), readLastPlaces(pair.to, some)]);
      const ahead = some.filter((key) => isAhead([...(from.get(key) ?? []), ...(to.get(key) ?? [])], positions));
      this.left = [...this.left, ...ahead];
      for (const key of some.filter((one) => !ahead.includes(one))) await this.compare(pair, key, areKnown);
    }
  }

  private async compare(pair: TwoAtOnce, key: Bytes, isKnown: boolean): Promise<void> {
    if (isKnown && this.tasks.length >= EXPLAINED) {
      this.count += 1;
      return;
    }
    const { logId, logGeneration, eventGeneration } = this.identity;
    const positionOf = (place: { readonly partition: number; readonly offset: number }): string =>
      formatItemPosition({ logId, logGeneration, eventGeneration, ...place });
    const task = await explainTask({ ...pair, positionOf }, key);
    if (task.values.length === 0) return;
    this.count += 1;
    if (this.tasks.length < EXPLAINED) this.tasks.push(task);
  }
}

/** Whether one build has records of a task that the other has not reached. What is beyond both is in neither by right: that differs. */
function isAhead(
  places: readonly LastPlace[],
  positions: { readonly from: BuildPositions; readonly to: BuildPositions },
): boolean {
  const upTo = common(positions.from.events, positions.to.events);
  return places.some(({ partition, offset }) => {
    const furthest = Math.max(positions.from.events[partition] ?? 0, positions.to.events[partition] ?? 0);
    return offset >= (upTo[partition] ?? 0) && offset < furthest;
  });
}
