import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partitionOf, type EventLog } from '@mps-ledger/event-log';
import { fromEventRecord, partitionKey, TOPICS, toRawRecord } from '@mps-ledger/records';
import { PARTITIONS, type LedgerOnKafka } from './ledger-on-kafka';

const SAMPLES = join(process.cwd(), 'test/fixtures/mps');
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** TaskIds that some text on the way might not survive: in keys, in headers, in JSON, on a line of output. */
export const HARD_TASKS: readonly string[] = [
  '漢字-задача-🎞-ü',
  'line\nfeed\r\ttab\u0000nul\u0007bell\u0085next',
  'quote"back\\slash,comma:colon=%41+space ',
  'half a pair \ud83c',
  'no character \ufffe\u{1ffff}',
  '\u2028\u202e\ufeff',
  '__proto__',
  'T'.repeat(5_000),
];

const REFUSED: readonly (string | Buffer)[] = ['not JSON', '[1]', Buffer.from([0xff, 0xfe])];

/** A small notification about a task. */
export function notificationOf(taskId: string, members: object = { Status: 'PROCESSING' }): string {
  return JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: taskId, ...members } });
}

const WAITING = { Type: 'Transcode', TranscodeTask: { Status: 'WAITING', Input: { Definition: 10 } } };

/** All samples, the hard TaskIds, what the samples leave out of the vocabulary, what names no task, more than a megabyte. */
function accepted(): readonly (string | Buffer)[] {
  const samples = readdirSync(SAMPLES).filter((name) => name.endsWith('.json'));
  return [
    ...samples.map((name) => readFileSync(join(SAMPLES, name))),
    ...HARD_TASKS.map((taskId) => notificationOf(taskId)),
    notificationOf('large', { Status: 'FINISH', SessionContext: 'L'.repeat(1_500_000) }),
    notificationOf('waits', { Status: 'WAITING', MediaProcessResultSet: [WAITING] }),
    notificationOf('odd', { Status: 'PONDERING' }),
    ...['{}', '{"EventType":"SomethingNew"}'],
  ];
}

/**
 * Fills a ledger with what is hard to read, and with what is no notification, another account's, and an event that is on
 * the log twice. Resolves when all of it is on the log.
 */
export async function fillWithHardCases(ledger: LedgerOnKafka): Promise<void> {
  const bodies = accepted();
  const answers = await Promise.all(bodies.map((body) => ledger.send(body, { traceparent: TRACEPARENT })));
  const refusals = await Promise.all(REFUSED.map((body) => ledger.send(body)));
  if (answers.some((status) => status !== 200) || refusals.some((status) => status !== 400))
    throw new Error(`answered ${answers.join()}, then ${refusals.join()}`);
  await hearOfAnotherAccount(ledger.log);
  await ledger.derived(bodies.length + 1);
  await repeatAnEvent(ledger);
}

/** As a source of another account would: its notification goes through the running programs like any other. */
async function hearOfAnotherAccount(log: EventLog): Promise<void> {
  const bytes = Buffer.from(notificationOf('T-1'));
  const record = toRawRecord({
    ...{
      id: '0197a000-0000-7000-8000-000000000000',
      account: 'acme',
      source: 'acme',
      transport: 'callback',
    },
    ...{ trust: 'callback-signed', received: new Date().toISOString(), taskId: 'T-1', bytes },
    ...{ contentType: 'application/json', sha256: createHash('sha256').update(bytes).digest('hex') },
  });
  await log.append(TOPICS.raw, partitionOf(partitionKey('acme', 'T-1'), PARTITIONS), [record]);
}

/** At least once: what was appended may be there twice. */
async function repeatAnEvent(ledger: LedgerOnKafka): Promise<void> {
  const again = (await ledger.records(TOPICS.events)).find((record) => fromEventRecord(record).ok);
  if (again !== undefined) await ledger.log.append(TOPICS.events, again.partition, [again]);
}
