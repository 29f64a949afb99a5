import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudEvent } from 'cloudevents';
import { readGenesis, type LogRecord } from '@mps-ledger/event-log';
import { TASK_EVENT_TYPES, type TaskEvent } from '@mps-ledger/tasks';
import {
  describeOwnBrokers,
  itWithKcat,
  testBrokers,
  testDatabase,
  testTopicPrefix,
  type TestDatabase,
} from '@mps-ledger/testing';
import { EVENT_HEADERS, fromEventRecord, toEventRecord, TOPICS } from '@mps-ledger/records';
import { isCloudEvent, publishedSchemas, toCloudEventBySdk, type DataFault } from './cloud-events';
import { documentedCommand, shellWithKafka, type Shell } from './documented-commands';
import { runExample, type PrintedEvent } from './example';
import { seenByConsole, seenByKcat, seenByUs, UNMISTAKABLE, type SeenRecord } from './foreign-records';
import { fillWithHardCases, HARD_TASKS, notificationOf } from './hard-cases';
import { PARTITIONS, receivedIn, startLedgerOnKafka, type LedgerOnKafka } from './ledger-on-kafka';

jest.setTimeout(180_000);

const UNFIT_TO_PRINT = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

let database: TestDatabase;
let folder: string;
let shell: Shell;
let variables: Readonly<Record<string, string>>;
let ledger: LedgerOnKafka;
let ours: readonly LogRecord[];

/** A documented command, about another topic. */
function about(topic: string, command: string): string {
  expect(command).toContain(TOPICS.events);
  return command.replace(TOPICS.events, topic);
}

async function readByKcat(topic: string): Promise<readonly SeenRecord[]> {
  return seenByKcat(await shell.run(about(topic, documentedCommand('kcat -C'))));
}

async function readByConsole(topic: string, records: number): Promise<readonly SeenRecord[]> {
  // It would wait for more without end.
  const limits = ['--max-messages', `${records}`, '--timeout-ms', '60000'];
  const command = about(topic, documentedCommand('kafka-console-consumer.sh'));
  return seenByConsole(await shell.run(command, [...limits, ...UNMISTAKABLE]));
}

describeOwnBrokers('what other teams read', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mps-ledger-consuming-'));
    database = await testDatabase();
    ledger = await startLedgerOnKafka(database.url, testTopicPrefix());
    variables = {
      ...{ KAFKA_BROKERS: testBrokers().join(','), LEDGER_TOPIC_PREFIX: ledger.topicPrefix },
      GROUP: `${ledger.topicPrefix}reports`,
    };
    shell = await shellWithKafka(folder, variables);
    await fillWithHardCases(ledger);
    ours = await ledger.records(TOPICS.events);
  }, 240_000);
  afterAll(async () => {
    await ledger.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('is, by Kafka’s console consumer, record for record and header for header what was written', async () => {
    for (const topic of [TOPICS.events, TOPICS.rejected]) {
      const written = await ledger.records(topic);
      expect(written.length).toBeGreaterThan(PARTITIONS);
      expect(await readByConsole(topic, written.length)).toEqual(written.map(seenByUs));
    }
  });

  itWithKcat('is the same by librdkafka’s kcat, on every topic', async () => {
    for (const topic of Object.values(TOPICS))
      expect(await readByKcat(topic)).toEqual((await ledger.records(topic)).map(seenByUs));
  });

  describe('through the CloudEvents SDK', () => {
    let seen: readonly SeenRecord[];
    let faultOf: DataFault;

    beforeAll(async () => {
      seen = await readByConsole(TOPICS.events, ours.length);
      faultOf = await publishedSchemas(ledger.api);
    });

    it('begins, in each partition, with a genesis that is no event', () => {
      const strangers = seen.filter((record) => !isCloudEvent(record));
      expect(strangers.map(({ partition, offset }) => [partition, offset])).toEqual([0, 1, 2].map((it) => [it, 0]));
      for (const { partition, headers, value } of strangers) {
        const said = readGenesis({ headers: Object.fromEntries(headers), value: Buffer.from(value ?? '') });
        expect(said).toMatchObject({ topic: TOPICS.events, partition, partitions: PARTITIONS });
        expect(said).toMatchObject({ logGeneration: 1, eventGeneration: 1, mapper: 'mps1' });
        expect(headers.map(([name]) => name)).toEqual(['ledger-genesis']);
      }
    });

    it('is valid, has data as the schema says that it names, and says what our decoder says', () => {
      for (const [at, record] of seen.entries()) {
        if (!isCloudEvent(record)) continue;
        const decoded = fromEventRecord(ours[at]!);
        if (!decoded.ok) throw new Error(decoded.reason);
        const event = toCloudEventBySdk(record);
        expect(faultOf(event)).toBeNull();
        expectSame(event, record, decoded.event);
      }
    });

    it('has every type of event, and every hard TaskId, exact in the data and fit to print in the subject', () => {
      const events = seen.filter(isCloudEvent).map(toCloudEventBySdk);
      expect(new Set(events.map(({ type }) => type))).toEqual(new Set(TASK_EVENT_TYPES.map((type) => `mps.${type}`)));
      expect(events.map(taskOf)).toEqual(expect.arrayContaining([...HARD_TASKS, 'T-1', undefined]));
      for (const { subject = '' } of events) expect(subject).not.toMatch(UNFIT_TO_PRINT);
      expect(events.filter(({ source }) => source === '/mps/acme').map(({ type }) => type)).toEqual([
        'mps.task.started',
        'mps.notification.received',
      ]);
    });
  });

  describe('through the example', () => {
    const example = documentedCommand('GROUP=').replace(/^GROUP=\S+ /, '');
    const groups = (action: string): string => documentedCommand('kafka-consumer-groups.sh', action);

    it('is each event once, in order, from the beginning; then what is new; and all again when it is asked for', async () => {
      const first = factsIn(ours);
      const run = await runExample(example, variables, first.length);
      expect(byPartition(run.events)).toEqual(first);
      expect(run.complaints.split('\n').filter((line) => line.includes('"log_id"'))).toHaveLength(PARTITIONS);
      expect(lagIn(await shell.run(groups('--describe')))).toEqual(Array(PARTITIONS).fill(0));

      const before = receivedIn(ours);
      await ledger.send(notificationOf('new'));
      await ledger.derived(before + 1);
      const all = factsIn(await ledger.records(TOPICS.events));
      const again = await runExample(example, variables, all.length - first.length);
      expect(again.events.map(({ subject }) => subject)).toEqual(['new', 'new']);

      await shell.run(groups('--reset-offsets'));
      expect(byPartition((await runExample(example, variables, all.length)).events)).toEqual(all);
    });

    it('ends with 1 where it cannot go on, rather than stand still', async () => {
      await ledger.log.append(TOPICS.events, 0, [{ key: null, value: null, headers: EVENT_HEADERS }]);
      const unread = { ...variables, GROUP: `${variables['GROUP'] ?? ''}.unread` };
      await expect(runExample(example, unread, Infinity)).rejects.toThrow(/ended with 1.*it is null/s);
    });
  });
});

const taskOf = ({ data }: CloudEvent<unknown>): unknown => (data as { task_id?: string }).task_id;

/** That the SDK and our own decoder read one record alike, and that we spell it as it was. */
function expectSame(event: CloudEvent<unknown>, record: SeenRecord, own: TaskEvent): void {
  const spelled = toEventRecord(own);
  expect(record.value).toBe(spelled.value.toString());
  expect(Object.fromEntries(record.headers)).toEqual(spelled.headers);
  const members = JSON.parse(record.value ?? '') as Record<string, unknown>;
  expect(event).toMatchObject(members);
  // Where there is no time, the SDK takes that of reading.
  expect(members['time']).toBe(own.occurred ?? undefined);
}

/** Partition by partition, each as it was printed. */
const byPartition = (events: readonly PrintedEvent[]): readonly PrintedEvent[] =>
  [...events].sort((one, other) => one.partition - other.partition);

/** What the example should print, by our own reading: the first record of each id. */
function factsIn(records: readonly LogRecord[]): readonly PrintedEvent[] {
  const facts = new Map<string, PrintedEvent>();
  for (const record of records) {
    const decoded = fromEventRecord(record);
    if (!decoded.ok || facts.has(decoded.event.id)) continue;
    const { id, type, subject, time, data } = JSON.parse(String(record.value)) as PrintedEvent;
    const { partition, offset } = record;
    const printed = { partition, offset: String(offset), id, type, subject, time, data };
    facts.set(id, printed);
  }
  return [...facts.values()];
}

/** The column LAG of what `--describe` says of a group. */
function lagIn(described: string): readonly number[] {
  const [names = [], ...rows] = described
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
  return rows.map((row) => Number(row[names.indexOf('LAG')]));
}
