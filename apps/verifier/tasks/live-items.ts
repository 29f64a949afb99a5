import {
  differing,
  expectedItem,
  sides,
  type ExpectedLiveItems,
  type Lane,
  type TaskFinding,
} from '@mps-ledger/comparing';
import { liveItemKey } from '@mps-ledger/read-model';
import type { Bytes, LiveItemRow } from '@mps-ledger/read-model';

/** Compares the items of one task with its rows, which it takes from the lane one by one. */
export async function* compareLiveItems(
  expected: ExpectedLiveItems,
  lane: Lane<LiveItemRow>,
  task: Bytes,
): AsyncGenerator<TaskFinding> {
  for (let row = await lane.peek(); row?.task_key === task; row = await lane.peek()) {
    await lane.take();
    const name = `the live item ${row.kind} at ${row.start_offset}`;
    const item = expected.take(liveItemKey(row));
    const differences = item === undefined ? [] : differing(item, expectedItem(row));
    if (item === undefined) yield { what: `the row of ${name} follows from no event, or is there twice` };
    else if (differences.length > 0)
      yield { what: `the row of ${name} is not what its reports come to`, ...sides(differences) };
  }
  if (expected.left > 0) yield { what: `live items without a row: ${expected.left}` };
}
