import type { Bytes, InPartition, TransitionRow } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { differing, sides } from '@mps-ledger/comparing';
import type { Lane } from '@mps-ledger/comparing';
import type { Check, Difference } from '../report/findings';

type Row = InPartition<TransitionRow>;

/** Compares the transitions of one task, in the order of the log, with its rows, which it takes from the lane one by one. */
export class TransitionCheck {
  constructor(
    private readonly check: Check,
    private readonly lane: Lane<Row>,
    private readonly task: Bytes,
  ) {}

  /** A transition that must have a row. */
  async meet(expected: Row): Promise<void> {
    this.check.saw();
    await this.foreign(expected.offset);
    const row = await this.peek();
    if (row?.offset !== expected.offset)
      return this.differs(expected, 'a change of a task’s standing has no transition');
    await this.lane.take();
    const differences = differing(expected, row);
    if (differences.length > 0)
      await this.differs(row, 'a transition is not what the history says', sides(differences));
  }

  /** There are no more of the task. */
  async end(): Promise<void> {
    await this.foreign(Number.POSITIVE_INFINITY);
  }

  /** Rows before an offset that nothing was met for. */
  private async foreign(before: number): Promise<void> {
    for (let row = await this.peek(); row !== undefined && row.offset < before; row = await this.peek()) {
      await this.lane.take();
      await this.differs(row, 'a transition follows from no event, or is there twice', {
        got: { status: row.status, outcome: row.outcome },
      });
    }
  }

  private async peek(): Promise<Row | undefined> {
    const row = await this.lane.peek();
    return row?.task_key === this.task ? row : undefined;
  }

  private differs({ partition, offset, account }: Row, what: string, more: Partial<Difference> = {}): Promise<void> {
    const where = { topic: TOPICS.events, partition, offset, account, task_key: this.task };
    return this.check.differs(() => ({ what, where, ...more }));
  }
}
