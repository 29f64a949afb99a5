import { recordDigest, type LogRecord } from '@mps-ledger/event-log';
import type { CheckpointRow } from '@mps-ledger/read-model';
import { differing, sides } from '@mps-ledger/comparing';
import type { Scope } from '../scope';
import type { Derivation } from './derivation';

/** Compares a checkpoint with the records that it says are applied, which it is shown in the order of the log. */
export class CheckpointCheck {
  private last: LogRecord | null = null;
  private lastEventId: string | null = null;
  private rawTop = 1;
  /** Each raw offset from 1 up to this is named by a `notification.received`, and so are those in `above`. */
  private namedBelow = 1;
  private readonly above = new Set<number>();

  constructor(
    private readonly scope: Scope,
    private readonly at: { readonly topic: string; readonly partition: number },
    private readonly row: CheckpointRow | undefined,
    /** The topic's records expire, the last one applied among them. */
    private readonly mayExpire = false,
  ) {}

  /** The next offset to apply; 0 without a checkpoint. */
  get position(): number {
    return this.row?.position ?? 0;
  }

  /**
   * @param rawTop what the record says of the raw log, 0 for nothing
   * @param lastEventId of the last record up to this one that is applied or parked
   */
  meet(record: LogRecord, rawTop: number, lastEventId: string | null): void {
    if (record.offset >= this.position) return;
    this.last = record;
    this.lastEventId = lastEventId;
    this.rawTop = Math.max(this.rawTop, rawTop);
    if (rawTop > this.namedBelow) this.above.add(rawTop - 1);
    while (this.above.delete(this.namedBelow)) this.namedBelow += 1;
  }

  /** Compares `raw_next` with the raw records of the partition, in order, once all event records were met. */
  async finishRaw(rawEnd: number, notifications: Pick<Derivation, 'records' | 'offsetOf'>): Promise<void> {
    const { raw_next: next = 1 } = this.row ?? {};
    const differs = (what: string): Promise<void> =>
      this.scope.findings
        .check('checkpoint')
        .differs(() => ({ what, where: this.at, expected: `at least ${this.namedBelow}`, got: { raw_next: next } }));
    if (next < this.namedBelow || next > Math.max(rawEnd, this.namedBelow))
      await differs('raw_next is not where the raw log is accounted for up to');
    for (let record = 0; record < notifications.records; record += 1) {
      const offset = notifications.offsetOf(record);
      if (offset >= next) return;
      if (offset < this.namedBelow || this.above.has(offset)) continue;
      return differs(`raw_next is beyond raw offset ${offset}, of which no event is applied`);
    }
  }

  /** `end`: of the topic that the records come from, which must never be shorter than it was seen to be. */
  async finishSeen(end: number): Promise<void> {
    const { seen_end: seen = 0 } = this.row ?? {};
    if (seen <= end) return;
    const what = 'the log is shorter than it was seen to be';
    const found = { what, where: this.at, expected: `at least ${seen}`, got: { end } };
    await this.scope.findings.check('checkpoint').differs(() => found);
  }

  /** All records were met, up to the log's end. */
  async finish(end: number, taken: string): Promise<void> {
    const check = this.scope.findings.check('checkpoint');
    const { row, at, position } = this;
    check.saw();
    if (row === undefined) return check.differs(() => ({ what: 'there is no checkpoint', where: at }));
    if (position > end) {
      const got = { position };
      await check.differs(() => ({ what: `the checkpoint is beyond the end of the log, ${end}`, where: at, got }));
    }
    const differences = differing(this.expected(), row);
    if (differences.length > 0) {
      const what = 'the checkpoint does not agree with the log';
      await check.differs(() => ({ what, where: { ...at, offset: position }, ...sides(differences) }));
    }
    const { complete_as_of: asOf } = row;
    if (asOf !== null && asOf > taken) {
      const what = 'the rows are said to be complete as of a time that is yet to come';
      await check.differs(() => ({ what, where: at, expected: `at most ${taken}`, got: asOf }));
    }
  }

  private expected(): Partial<CheckpointRow> {
    const { last, lastEventId, rawTop } = this;
    if (last === null && this.mayExpire) return { raw_top: rawTop };
    return {
      last_offset: last?.offset ?? null,
      last_event_id: lastEventId,
      last_digest: last === null ? null : recordDigest(last),
      raw_top: rawTop,
    };
  }
}
