/**
 * An optional projection: rows made of one topic, in a schema of their own, beside the read model of tasks. It has its own
 * group, checkpoint and lag, can be off, and costs the read model nothing but its share of the database.
 */
import type { ClientBase } from 'pg';
import type { Generations, LogRecord } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';

/** A record that could not be applied. */
export interface ParkedRecord {
  readonly offset: number;
  readonly reason: string;
}

/** What records result in. */
export interface ProjectionRows<Rows> {
  readonly rows: Rows;
  readonly parked: readonly ParkedRecord[];
}

export interface OptionalProjection<Rows = unknown> {
  /** Part of the schema's and of the group's name; label of metrics. */
  readonly name: string;
  /** Rises with each change of tables or rows: another version is built from the beginning of the log, in tables of its own. */
  readonly version: number;
  readonly topic: string;
  /** SQL that creates its tables besides `checkpoint` and `parked`; `$schema` stands for the schema. */
  readonly tables: string;
  /**
   * `records`: of one partition, in log order, without genesis records and without those to be parked. `client`: to read the rows that
   * they change, in the transaction that writes them.
   */
  toRows(records: readonly LogRecord[], client: ClientBase, schema: string): Promise<ProjectionRows<Rows>>;
  /** Writes rows in the transaction that moves the checkpoint. Records are given once, unless the checkpoint was set back by hand. */
  writeRows(client: ClientBase, schema: string, partition: number, rows: Rows): Promise<void>;
  /** Harmless rows of every table, written and rolled back to find out whether the database accepts any. */
  readonly probe: Rows;
}

/** The schema of a projection's tables: `<name>_v<version>_l<L>`, and `m<M>` where it is made of events. */
export function schemaOf(
  { name, version, topic }: Pick<OptionalProjection, 'name' | 'version' | 'topic'>,
  { logGeneration, eventGeneration }: Generations,
): string {
  return `${name}_v${version}_l${logGeneration}${topic === TOPICS.events ? `m${eventGeneration}` : ''}`;
}
