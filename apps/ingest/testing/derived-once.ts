import { isGenesis, LogUnavailable, type EventLog, type LogRecord, type NewRecord } from '@mps-ledger/event-log';
import { fromEventRecord, TOPICS } from '@mps-ledger/records';
import { rawRecord } from './two-logs';

/** Receives so many notifications into a partition, as long as it takes; answers their ids. */
export async function receiveInto(log: EventLog, partition: number, name: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  for (const id of ids) {
    const record = rawRecord(id, { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: id, Status: 'FINISH' } });
    await appendSurely(log, partition, record);
  }
  return ids;
}

/** Every record that a topic has now, in order per partition, also where some were taken out of it. */
async function recordsIn(log: EventLog, topic: string): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (const [partition, to] of (await log.endPositions(topic)).entries())
    for await (const records of log.read({ topic, partition, from: 0, to })) found.push(...records);
  return found;
}

/** Of each raw record, by partition and offset, how many `notification.received` are on the event log. */
export async function derivedTimes(log: EventLog): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for (const { partition, offset, headers } of await recordsIn(log, TOPICS.raw))
    if (!isGenesis({ headers })) times.set(`${partition}/${offset}`, 0);
  for (const record of await recordsIn(log, TOPICS.events)) {
    const decoded = fromEventRecord(record);
    if (!decoded.ok || decoded.event.type !== 'notification.received') continue;
    const place = `${record.partition}/${decoded.event.hearing.rawOffset}`;
    times.set(place, (times.get(place) ?? 0) + 1);
  }
  return times;
}

/** How often each raw record that is there was derived; null while one was not. */
export async function allDerived(log: EventLog): Promise<readonly number[] | null> {
  const counts = [...(await derivedTimes(log)).values()];
  return counts.includes(0) ? null : counts;
}

async function appendSurely(log: EventLog, partition: number, record: NewRecord): Promise<void> {
  for (;;) {
    try {
      return void (await log.append(TOPICS.raw, partition, [record]));
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
  }
}
