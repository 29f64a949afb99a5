import { isGenesis, LogUnavailable, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { fromEventRecord, TOPICS } from '@mps-ledger/wire';
import { rawRecord } from './two-logs';

/** Receives so many notifications into a partition, as long as it takes; answers their ids. */
export async function receiveInto(log: EventLog, partition: number, name: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  for (const id of ids) {
    const record = rawRecord(id, { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: id, Status: 'FINISH' } });
    await eventually(() =>
      log.append(TOPICS.raw, partition, [record]).catch((error: unknown) => {
        if (error instanceof LogUnavailable) return null;
        throw error;
      }),
    );
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

/** Waits until every raw record that is there has been derived; answers how often each was. */
export async function untilAllDerived(log: EventLog): Promise<readonly number[]> {
  const times = await eventually(
    async () => {
      const found = await derivedTimes(log);
      return [...found.values()].every((count) => count > 0) ? found : null;
    },
    { timeoutMs: 60_000, what: 'every raw record to be derived' },
  );
  return [...times.values()];
}
