import { compareReports, itemReport, liveItemKey, liveItemRows } from '@mps-ledger/read-model';
import type { Bytes, EventOfTask, ItemReport, LiveItemRow } from '@mps-ledger/read-model';

/** A live item as far as it is compared. */
export interface ExpectedItem extends ItemReport {
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

/** What a row of an item says, as far as it is compared. */
export function expectedItem(row: LiveItemRow): ExpectedItem {
  return { ...itemReport(row), series: row.series };
}
