import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOfRecord } from '@mps-ledger/records';
import type { PreparedEvents } from './anchors/project-no-kafka';
import { checkSame } from './checks';
import type { ContestantName, Measurement, Stage } from './contract';
import { fillWithEvents, type EventsOnLog, type Notifications } from './events-on-log';
import { measureMarks } from './meter';
import { makeNotifications } from './notifications';
import { makeLedger } from './ours';
import { startAnchor } from './programs';
import { rawRecord } from './raw-records';
import { eventsUpToLast } from './rows';
import { onDatabase } from './stage';
import { makeTopics, type Topics } from './topics';

/** Events that wait on the log, for all contestants and rounds alike. */
export interface Waiting {
  /** As the measurement names it. */
  readonly name: string;
  readonly topics: Topics;
  readonly filled: EventsOnLog;
  /** With what was prepared for contestants that read no Kafka; null where they have no part. */
  readonly file: string | null;
}

export async function putOnLog(
  stage: Stage,
  name: string,
  notifications: Notifications,
  events: number,
): Promise<Waiting> {
  stage.tell(`  putting ${events.toLocaleString('en-US')} events on the log: ${name}`);
  const topics = await makeTopics(stage);
  return { name, topics, filled: await fillWithEvents(topics, notifications, events), file: null };
}

/** Whose notifications contestants that read no Kafka make rows of. */
export const PREPARED_RUN = 'project';

/** For those contestants: the events of one notification, and how many notifications there are to be. Answers the file. */
export function prepareFile(stage: Stage, notifications: number): string {
  const { body } = makeNotifications(PREPARED_RUN)(0);
  const derived = eventsOfRecord({ ...rawRecord(body), partition: 0, offset: 1, logged: '2026-01-01T00:00:00.000Z' });
  const records = derived.map(({ record }) => record.value.toString());
  const file = join(stage.folder, `events-${notifications}.json`);
  writeFileSync(file, JSON.stringify({ run: PREPARED_RUN, notifications, records } satisfies PreparedEvents));
  return file;
}

/** An anchor, and which tables it fills besides history. */
export interface ProjectingAnchor {
  readonly program: string;
  readonly fills: 'all tables' | 'history' | 'history and task';
  readonly readsKafka: boolean;
}

export const ANCHORS: Partial<Readonly<Record<ContestantName, ProjectingAnchor>>> = {
  minimal: { program: 'project-minimal', fills: 'all tables', readsKafka: true },
  'no-kafka': { program: 'project-no-kafka', fills: 'all tables', readsKafka: false },
  'nest-save': { program: 'project-nest-save', fills: 'history and task', readsKafka: true },
  copy: { program: 'copy-history', fills: 'history', readsKafka: false },
};

/** What one turn is measured for: how it came as far as this. */
export interface Mark {
  /** As the measurement names it. */
  readonly name: string;
  readonly events: number;
}

export interface ProjectingOptions {
  /** Time limit; default that of the run. */
  readonly limitSeconds?: number;
  /** Ascending; the last has all events that wait. Default: that one, by the name of what waits. */
  readonly marks?: readonly Mark[];
}

/** One contestant's turn, from the first rows to the last, into empty tables. Answers a measurement per mark. */
export async function runProjecting(
  stage: Stage,
  waiting: Waiting,
  contestant: ContestantName,
  options: ProjectingOptions = {},
): Promise<readonly Measurement[]> {
  const { limitSeconds = stage.options.limitSeconds, marks = [{ ...waiting, events: waiting.filled.events }] } =
    options;
  const { filled } = waiting;
  const ledger = await makeLedger(stage, waiting.topics.prefix);
  const worker = await startWorker(stage, waiting, contestant, ledger);
  try {
    const reached = await onDatabase(ledger.databaseUrl, (client) => {
      const done = async () => Number((await client.query<{ n: string }>(WRITTEN)).rows[0]?.n ?? 0);
      const limited = { ...stage, options: { ...stage.options, limitSeconds } };
      const watched = { stage: limited, program: worker.pids, total: filled.events, done };
      return measureMarks(
        watched,
        marks.map(({ events }) => events),
      );
    });
    await worker.stop();
    const isPartly = reached.some(({ extrapolated }) => extrapolated);
    await check(ledger.databaseUrl, filled, ANCHORS[contestant]?.fills ?? 'all tables', isPartly);
    return reached.map(({ rate: value, cpuUs, peakRssMb, extrapolated }, place) => {
      const of = marks[place]?.name ?? '';
      return { case: of, unit: 'events/s', better: 'more', value, cpuUs, peakRssMb, extrapolated };
    });
  } finally {
    await worker.end();
    await ledger.drop();
  }
}

const WRITTEN = eventsUpToLast('tasks_v1.history', '"offset"');

interface Worker {
  readonly pids: readonly number[];
  stop(): Promise<unknown>;
  end(): Promise<unknown>;
}

async function startWorker(
  stage: Stage,
  { topics, file }: Waiting,
  contestant: ContestantName,
  ledger: Awaited<ReturnType<typeof makeLedger>>,
): Promise<Worker> {
  const { databaseUrl } = ledger;
  const known = ANCHORS[contestant];
  if (known === undefined) {
    ledger.begin('projector');
    return { pids: ledger.pids(), stop: () => ledger.stop(), end: () => ledger.stop() };
  }
  const kafka = {
    brokers: stage.brokers,
    topics: { from: topics.events },
    group: `${stage.makePrefix()}${contestant}`,
  };
  const prepared = file === null ? {} : { file };
  const anchor = await startAnchor(known.program, { databaseUrl, ...(known.readsKafka ? kafka : prepared) });
  return { pids: [anchor.pid], stop: () => anchor.stop(), end: () => anchor.end() };
}

const ROWS = `
  SELECT (SELECT count(*) FROM tasks_v1.history) AS history,
    (SELECT sum(octet_length(data)) FROM tasks_v1.history) AS bytes,
    (SELECT count(*) FROM tasks_v1.task) AS tasks,
    (SELECT sum(version) FROM tasks_v1.task) AS versions,
    (SELECT count(*) FROM tasks_v1.task_state) AS states,
    (SELECT count(*) FROM tasks_v1.subtask) AS subtasks,
    (SELECT count(*) FROM tasks_v1.notification) AS notifications`;

type Rows = Readonly<
  Record<'history' | 'bytes' | 'tasks' | 'versions' | 'states' | 'subtasks' | 'notifications', string>
>;

/** Every event is a row with all bytes of its data, every notification counts once in its task; what was stopped has to add up as far as it came. */
async function check(
  url: string,
  wanted: EventsOnLog,
  fills: ProjectingAnchor['fills'],
  isPartly: boolean,
): Promise<void> {
  const found = await onDatabase(url, async (client) => (await client.query<Rows>(ROWS)).rows[0]);
  const of = (name: keyof Rows): number => Number(found?.[name] ?? 0);
  if (fills === 'all tables') checkSame('notifications that tasks count', of('versions'), of('notifications'));
  if (isPartly) return;
  checkSame('history rows', of('history'), wanted.events);
  checkSame('bytes of their data', of('bytes'), wanted.dataBytes);
  if (fills !== 'history') {
    checkSame('tasks', of('tasks'), wanted.tasks);
    checkSame('notifications that tasks count', of('versions'), wanted.notifications);
  }
  if (fills !== 'all tables') return;
  checkSame('states of tasks', of('states'), wanted.tasks);
  checkSame('subtasks', of('subtasks'), wanted.subtasks);
  checkSame('notifications', of('notifications'), wanted.notifications);
}
