import type { LogRecord } from '@mps-ledger/event-log';
import { historyText, scanHistory, scanParked, type HistoryRow, type ParkedRow } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { differing, sides } from '@mps-ledger/comparing';
import { laneOf, type Lane } from '@mps-ledger/comparing';
import type { Difference } from '../report/findings';
import type { Scope } from '../scope';
import { expectedOf, parkedCopy, type Expected } from './expected-rows';

/** What became of an event record, by the rows. */
export type Fate = 'genesis' | 'applied' | 'parked' | 'missing' | 'beyond';

/** Called with each row of history, also of those that should not be there. */
export type OnHistory = (row: HistoryRow) => void;

/** Compares history and what is parked of one partition with its event records, in the order of the log. */
export class AppliedRows {
  private readonly history: Lane<HistoryRow>;
  private readonly parked: Lane<ParkedRow>;
  private lastId: string | null = null;

  constructor(
    private readonly scope: Scope,
    private readonly partition: number,
    /** The checkpoint: the next offset to apply. */
    private readonly position: number,
    private readonly onHistory: OnHistory,
  ) {
    this.history = laneOf(scanHistory(scope.model, partition));
    this.parked = laneOf(scanParked(scope.model, { topic: TOPICS.events, partition }));
  }

  /** Event id of the last record met that has a row, applied or parked, empty where it says none; null before the first. */
  get lastEventId(): string | null {
    return this.lastId;
  }

  /** Compares one record with the rows at its offset. */
  async meet(record: LogRecord): Promise<{ readonly expected: Expected; readonly fate: Fate }> {
    await this.strays(record.offset);
    const expected = expectedOf(record, this.scope.identity.partitions);
    if (record.offset >= this.position) return { expected, fate: 'beyond' };
    const row = await this.takeAt(this.history, record.offset);
    const parked = await this.takeAt(this.parked, record.offset);
    if (row !== undefined) this.onHistory(row);
    if (row !== undefined || parked !== undefined) this.lastId = row?.event_id ?? parked?.event_id ?? '';
    if (expected.kind === 'genesis' && row === undefined && parked === undefined) return { expected, fate: 'genesis' };
    this.check.saw();
    if (row !== undefined && parked !== undefined) await this.differs(record.offset, 'a record is applied and parked');
    if (row !== undefined) return { expected, fate: await this.applied(row, expected, record) };
    if (parked !== undefined) return { expected, fate: await this.wasParked(parked, record) };
    const what =
      expected.kind === 'applied' ? 'a record is not in history' : 'a record that cannot be applied is not parked';
    await this.differs(record.offset, what, expected.kind === 'applied' ? { expected: brief(expected.row) } : {});
    return { expected, fate: 'missing' };
  }

  /** There are no more records. */
  async end(): Promise<void> {
    await this.strays(Number.POSITIVE_INFINITY);
  }

  private get check() {
    return this.scope.findings.check('history');
  }

  private async applied(row: HistoryRow, expected: Expected, record: LogRecord): Promise<Fate> {
    if (expected.kind !== 'applied') {
      const reason = expected.kind === 'parked' ? expected.reason : 'genesis';
      await this.differs(row.offset, `a record is in history that cannot be applied (${reason})`, { got: brief(row) });
      return 'applied';
    }
    const differences = differing(expected.row, row);
    if (differences.length > 0)
      await this.differs(row.offset, 'a row of history is not what the log says', sides(differences));
    else if (record.value?.equals(Buffer.from(historyText(row))) !== true)
      await this.differs(row.offset, 'a row of history does not give the bytes of its record back');
    return 'applied';
  }

  private async wasParked(row: ParkedRow, record: LogRecord): Promise<Fate> {
    const differences = differing(parkedCopy(record), row);
    if (differences.length > 0)
      await this.differs(row.offset, 'what is parked is not the record of the log', sides(differences));
    return 'parked';
  }

  /** Rows before an offset that no record was met for. */
  private async strays(before: number): Promise<void> {
    for (
      let row = await this.history.peek();
      row !== undefined && row.offset < before;
      row = await this.history.peek()
    ) {
      await this.history.take();
      this.onHistory(row);
      const { offset } = row;
      const what =
        offset >= this.position
          ? `a row of history is beyond the checkpoint, at ${this.position}`
          : 'a row of history has no record on the log, or is there twice';
      await this.differs(offset, what, { got: brief(row) });
    }
    for (let row = await this.parked.peek(); row !== undefined && row.offset < before; row = await this.parked.peek()) {
      await this.parked.take();
      await this.differs(row.offset, 'what is parked has no record on the log', { got: { reason: row.reason } });
    }
  }

  private async takeAt<Row extends { readonly offset: number }>(
    lane: Lane<Row>,
    offset: number,
  ): Promise<Row | undefined> {
    return (await lane.peek())?.offset === offset ? lane.take() : undefined;
  }

  private differs(offset: number, what: string, more: Partial<Difference> = {}): Promise<void> {
    const where = { topic: TOPICS.events, partition: this.partition, offset };
    return this.check.differs(() => ({ what, where, ...more }));
  }
}

function brief(row: HistoryRow): object {
  return { event_id: row.event_id, type: row.type, raw_offset: row.raw_offset };
}
