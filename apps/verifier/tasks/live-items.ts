import { compareReports, itemReport, liveItemKey, liveItemRows } from '@mps-ledger/read-model';
import type { Bytes, EventOfTask, ItemReport, LiveItemRow } from '@mps-ledger/read-model';
import { differing, sides } from '../compare';
import type { Lane } from '../lane';
import type { Difference } from '../report/findings';

interface ExpectedItem extends ItemReport {
  readonly series: Bytes;
}

/** The live items that a task's events come to: some 300 bytes for each, without the provider's objects. */
export class ExpectedLiveItems {
  private readonly items = new Map<string, ExpectedItem>();

  add(event: EventOfTask): void {
    for (const row of liveItemRows([event])) {
      const key = liveItemKey(row);
      const report = expectedItem(row);
      const known = this.items.get(key);
      if (known === undefined || compareReports(report, known) > 0) this.items.set(key, report);
    }
  }

  /** The item of this key, which is not expected again. */
  take(key: string): ExpectedItem | undefined {
    const item = this.items.get(key);
    this.items.delete(key);
    return item;
  }

  /** How many were not taken. */
  get left(): number {
    return this.items.size;
  }
}

function expectedItem(row: LiveItemRow): ExpectedItem {
  return { ...itemReport(row), series: row.series };
}

/** Compares the items of one task with its rows, which it takes from the lane one by one. */
export async function* compareLiveItems(
  expected: ExpectedLiveItems,
  lane: Lane<LiveItemRow>,
  task: Bytes,
): AsyncGenerator<Omit<Difference, 'where'>> {
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
