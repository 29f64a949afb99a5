import type { EventLog, LogIdentity, LogRecord } from '@mps-ledger/event-log';
import type { ReadModel } from '@mps-ledger/read-model';
import type { Findings } from './report/findings';
import type { ProgressDisplay } from './report/progress';

/** What all parts of a verification work with. */
export interface Scope {
  readonly log: Pick<EventLog, 'read'>;
  readonly identity: LogIdentity;
  /** Of the snapshot of the rows. */
  readonly model: ReadModel;
  readonly findings: Findings;
  readonly progress: ProgressDisplay;
}

/** The records of a stretch of one partition, one by one. */
export async function* recordsOf(
  log: Pick<EventLog, 'read'>,
  topic: string,
  partition: number,
  [from, to]: readonly [number, number],
): AsyncGenerator<LogRecord> {
  for await (const records of log.read({ topic, partition, from, to })) yield* records;
}
