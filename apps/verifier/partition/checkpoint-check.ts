import { recordDigest, type LogRecord } from '@mps-ledger/event-log';
import type { CheckpointRow } from '@mps-ledger/read-model';
import { sanitise } from '@mps-ledger/wire';
import { differing, sides } from '../compare';
import type { Scope } from '../scope';

/** Compares a checkpoint with the records that it says are applied, which it is shown in the order of the log. */
export class CheckpointCheck {
  private last: LogRecord | null = null;
  private rawTop = 1;

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

  /** `rawTop`: what the record says of the raw log, 0 for nothing. */
  meet(record: LogRecord, rawTop: number): void {
    if (record.offset >= this.position) return;
    this.last = record;
    this.rawTop = Math.max(this.rawTop, rawTop);
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
    const { last, rawTop } = this;
    const { generation } = this.scope.identity;
    if (last === null && this.mayExpire) return { generation, raw_top: rawTop };
    const id = last !== null && Object.hasOwn(last.headers, 'ce_id') ? last.headers['ce_id'] : undefined;
    return {
      generation,
      last_offset: last?.offset ?? null,
      last_event_id: id === undefined ? null : sanitise(id.slice(0, 100)),
      last_digest: last === null ? null : recordDigest(last),
      raw_top: rawTop,
    };
  }
}
