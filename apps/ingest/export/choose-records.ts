import { partitionOf, type EventLog, type LogIdentity, type LogRecord } from '@mps-ledger/event-log';
import { UsageError } from '@mps-ledger/platform';
import {
  fromEventRecord,
  fromRawRecord,
  parsePosition,
  partitionKey,
  summaryOfRecord,
  TOPICS,
} from '@mps-ledger/records';
import { derivedBackwards } from '../derive/last-received';
import type { Selected } from './arguments';

type ReadableLog = Pick<EventLog, 'endPositions' | 'read'>;

/** Which records of a topic are exported. */
export interface Choice {
  /** By partition: the offset to begin at; null where the partition has none. */
  readonly from: readonly (number | null)[];
  readonly isChosen: (record: LogRecord) => boolean;
}

/** The choice that a selection is, on this log. @throws UsageError for a position that is none of this log */
export async function chooseRecords(
  log: ReadableLog,
  identity: LogIdentity,
  selected: Selected | null,
): Promise<Choice> {
  const all = Array.from({ length: identity.partitions }, () => 0);
  if (selected === null) return { from: all, isChosen: () => true };
  const { of, selection } = selected;
  if ('task_id' in selection) {
    const { account, task_id: taskId } = selection;
    const home = partitionOf(partitionKey(account, taskId), identity.partitions);
    const isOf = of === 'events' ? isEventOf : isNotificationOf;
    return {
      from: all.map((_, partition) => (partition === home ? 0 : null)),
      isChosen: (one) => isOf(one, account, taskId),
    };
  }
  if ('from' in selection) {
    const from = await offsetsOf(log, identity, selection.from);
    if (of === 'events') return { from, isChosen: () => true };
    return {
      from: await Promise.all(from.map((offset, partition) => rawOffsetOf(log, partition, offset))),
      isChosen: () => true,
    };
  }
  const { since, until } = selection;
  return {
    from: all,
    isChosen: ({ logged }) => (since === null || logged >= since) && (until === null || logged < until),
  };
}

/** Also of a record that cannot be applied, where it says whose it is. */
function isEventOf(record: LogRecord, account: string, taskId: string): boolean {
  const said = summaryOfRecord(record);
  return said.account === account && said.taskId === taskId;
}

function isNotificationOf(record: LogRecord, account: string, taskId: string): boolean {
  const read = fromRawRecord(record);
  return !('problem' in read) && read.account === account && read.taskId === taskId;
}

async function offsetsOf(log: ReadableLog, identity: LogIdentity, text: string): Promise<readonly number[]> {
  const position = parsePosition(text);
  const { logId, logGeneration, eventGeneration, partitions } = identity;
  const isOfLog =
    position?.logId === logId &&
    position.logGeneration === logGeneration &&
    position.eventGeneration === eventGeneration &&
    position.offsets.length === partitions;
  if (position === null || !isOfLog)
    throw new UsageError(
      `--from ${text} is a position of another log: this one is ${logId}, log generation ${logGeneration}, event generation ${eventGeneration}, ${partitions} partitions.`,
    );
  const ends = await log.endPositions(TOPICS.events);
  const beyond = position.offsets.findIndex((offset, partition) => offset > (ends[partition] ?? 0));
  if (beyond >= 0)
    throw new UsageError(
      `--from ${text} is beyond the end of the log: partition ${beyond} ends at ${ends[beyond] ?? 0}, the position names ${position.offsets[beyond] ?? 0}.`,
    );
  return position.offsets;
}

/** The raw offset from which on notifications have events at an event offset or later, or are not derived yet. */
async function rawOffsetOf(log: ReadableLog, partition: number, offset: number): Promise<number> {
  const ends = await log.endPositions(TOPICS.events);
  const stretch = { topic: TOPICS.events, partition, from: offset, to: ends[partition] ?? 0 };
  for await (const records of log.read(stretch))
    for (const record of records) {
      const decoded = fromEventRecord(record);
      if (decoded.ok) return decoded.event.hearing.rawOffset;
    }
  for await (const { derived } of derivedBackwards(log, partition)) {
    const last = derived.at(-1);
    if (last !== undefined) return last.rawOffset + 1;
  }
  return 0;
}
