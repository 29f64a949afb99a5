import { partitionOf, type LogRecord } from '@mps-ledger/event-log';
import { taskIdIn } from '@mps-ledger/mps';
import { fromRawRecord, partitionKey } from '@mps-ledger/records';
import type { Scope } from '../scope';

/** Compares where a raw record is, and the task that its header names, with the task that is found in its bytes. */
export async function checkPlace({ findings, identity }: Scope, record: LogRecord): Promise<void> {
  const raw = fromRawRecord(record);
  if ('problem' in raw) return;
  const check = findings.check('placed');
  check.saw();
  const { topic, partition, offset } = record;
  const found = taskIdIn(raw.bytes, raw.element);
  const home = partitionOf(found === null ? raw.id : partitionKey(raw.account, found), identity.partitions);
  if (raw.taskId === found && partition === home) return;
  await check.differs(() => ({
    what: 'a raw record is not placed by the task that is found in its bytes',
    where: { topic, partition, offset },
    expected: { task_id: found, partition: home },
    got: { task_id: raw.taskId, partition },
  }));
}
