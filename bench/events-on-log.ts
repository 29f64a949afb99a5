import { eventsOfRecord } from '@mps-ledger/records';
import { partitionOf, type NewRecord } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { dataBytesOf } from './checks';
import { rawRecord } from './raw-records';
import { simulatedChanges } from './simulated';
import { PARTITIONS, type Topics } from './topics';

/** Notifications without an end, from number 0 on, and the task that each is of. */
export type Notifications = (number: number) => { readonly taskId: string; readonly body: Buffer };

/** What a topic was filled with, for checking what was made of it. */
export interface EventsOnLog {
  readonly events: number;
  readonly notifications: number;
  readonly tasks: number;
  readonly subtasks: number;
  /** Of the events' values together. */
  readonly valueBytes: number;
  /** Of their data. */
  readonly dataBytes: number;
}

const RECORDS_AT_ONCE = 500;
const RECEIVED = '2026-01-01T00:00:00.000Z';

/** Derives notifications, one after another, until there are at least so many events, and appends what ingest would. */
export async function fillWithEvents(
  topics: Topics,
  notifications: Notifications,
  leastEvents: number,
): Promise<EventsOnLog> {
  const lanes = Array.from({ length: PARTITIONS }, (_, partition) => makeLane(topics, partition));
  const [tasks, subtasks] = [new Set<string>(), new Set<string>()];
  let [events, valueBytes, dataBytes, number] = [0, 0, 0, 0];
  for (; events < leastEvents; number += 1) {
    const { taskId, body } = notifications(number);
    tasks.add(taskId);
    const lane = lanes[partitionOf(Buffer.from(taskId), PARTITIONS)];
    for (const { event, record } of lane?.derive(body) ?? []) {
      if ('key' in event.data) subtasks.add(`${taskId} ${event.data.key}`);
      events += 1;
      valueBytes += record.value.length;
      dataBytes += dataBytesOf(record.value);
    }
    await lane?.appendMany();
  }
  await Promise.all(lanes.map((lane) => lane.appendRest()));
  return { events, notifications: number, tasks: tasks.size, subtasks: subtasks.size, valueBytes, dataBytes };
}

/** One partition: its raw offsets count from 1 on, as a partition's first record says only which log it is. */
function makeLane(topics: Topics, partition: number) {
  let rawOffset = 0;
  let waiting: NewRecord[] = [];
  let underWay: Promise<void> = Promise.resolve();
  const appendAll = async (records: readonly NewRecord[]): Promise<void> => {
    for (let at = 0; at < records.length; at += RECORDS_AT_ONCE)
      await topics.log.append(TOPICS.events, partition, records.slice(at, at + RECORDS_AT_ONCE));
  };
  return {
    derive(body: Buffer) {
      rawOffset += 1;
      const derived = eventsOfRecord({ ...rawRecord(body), partition, offset: rawOffset, logged: RECEIVED });
      waiting.push(...derived.map(({ record }) => record));
      return derived;
    },
    /** Begins to append what waits, if that is enough; waits only for what it began before. */
    async appendMany() {
      if (waiting.length < RECORDS_AT_ONCE) return;
      await underWay;
      underWay = appendAll(waiting);
      // Whoever waits for it hears of it.
      underWay.catch(() => undefined);
      waiting = [];
    },
    async appendRest() {
      await underWay;
      await appendAll(waiting);
    },
  };
}

/** What the simulator sends of made-up tasks at every change, again and again, each time of tasks of their own. */
export async function changeStream(): Promise<Notifications> {
  const bodies = await simulatedChanges();
  const about = bodies.flatMap((body) => {
    const taskId = taskOf(body);
    return taskId === undefined ? [] : [{ text: body.toString(), taskId }];
  });
  return (number) => {
    const { text = '', taskId = '' } = about[number % about.length] ?? {};
    const renamed = `${taskId}-${Math.floor(number / about.length)}`;
    return { taskId: renamed, body: Buffer.from(text.replaceAll(taskId, renamed)) };
  };
}

/** Undefined for a notification that names no task. */
function taskOf(body: Buffer): string | undefined {
  return eventsOfRecord({ ...rawRecord(body), partition: 0, offset: 1, logged: RECEIVED })[0]?.event.data.task_id;
}
