import * as fc from 'fast-check';
import type { LogRecord, NewRecord } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { withMembers } from '@mps-ledger/spec-kit';
import { TRUSTS } from '@mps-ledger/tasks';
import { PartitionLog, second, taskIdIn, transcode, workflow } from '../../apps/projector/testing/partition-log';

/** Partition of the events, and of the rejected records. */
export const PARTITION = 1;

const names = ['a', 'b', 'back\\slash\ttab\nline "quoted" \\N'];
const TASKS = names.map((name) => taskIdIn(PARTITION, name));
const STREAM = taskIdIn(PARTITION, 'stream');
const ELSEWHERE = taskIdIn(PARTITION + 1, 'elsewhere');

/** What is done to the log, one after another. */
export const anySteps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('notify' as const), ...anyNotification() }) },
    fc.record({ do: fc.constant('live' as const), items: fc.array(fc.nat({ max: 4 }), { maxLength: 6 }) }),
    fc.record({ do: fc.constant('repeat' as const), from: fc.nat(), records: fc.integer({ min: 1, max: 12 }) }),
    fc.record({
      ...{ do: fc.constant('half' as const), records: fc.integer({ min: 1, max: 3 }), again: fc.boolean() },
      ...anyNotification(),
    }),
    fc.record({
      do: fc.constant('spoil' as const),
      what: fc.constantFrom('data', 'value', 'type', 'task'),
      of: fc.nat(),
    }),
    fc.record({ do: fc.constant('gap' as const), offsets: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constant('skip' as const), rawOffsets: fc.integer({ min: 1, max: 3 }) }),
  ),
  { minLength: 1, maxLength: 25 },
);
export type Steps = typeof anySteps extends fc.Arbitrary<infer Made> ? Made : never;

function anyNotification() {
  return {
    task: fc.option(fc.constantFrom(...TASKS), { freq: 8 }),
    status: fc.constantFrom('PROCESSING', 'FINISH'),
    parts: fc.array(fc.constantFrom('PROCESSING', 'SUCCESS', 'FAIL'), { maxLength: 4 }),
    code: fc.constantFrom(0, 30_010, 70_000),
    message: fc.constantFrom('', 'no such file', 'C:\\temp\\new\nline\ttab \\. \u2028 \ud83d'),
    trust: fc.constantFrom(...TRUSTS),
  };
}

/** The event log of a partition after these steps. */
export function logAfter(steps: Steps): PartitionLog {
  const log = new PartitionLog(PARTITION);
  takeAll(log, steps);
  return log;
}

/** Continues a log. It ends after its last record, as logs do. */
export function takeAll(log: PartitionLog, steps: Steps): void {
  const last = steps.findLastIndex((step) => step.do !== 'gap');
  for (const step of steps.slice(0, last + 1)) take(log, step);
}

function take(log: PartitionLog, step: Steps[number]): void {
  switch (step.do) {
    case 'notify':
      log.notify({ body: bodyOf(step), trust: step.trust });
      return;
    case 'live':
      log.notify({ body: liveBody(step.items) });
      return;
    case 'repeat':
      log.append(...earlier(log, step.from, step.records));
      return;
    case 'half':
      log.append(...halfOf(log, step));
      return;
    case 'spoil':
      for (const record of earlier(log, step.of, 1)) log.append(spoilt(record, step.what));
      return;
    case 'gap':
      log.gap(step.offsets);
      return;
    case 'skip':
      log.notify({ body: bodyOf(SKIPPED), raw: log.rawEnd + step.rawOffsets });
      return;
  }
}

interface Sent {
  readonly task: string | null;
  readonly status: string;
  readonly parts: readonly string[];
  readonly code: number;
  readonly message: string;
}

const SKIPPED: Sent = { task: TASKS[0] ?? null, status: 'PROCESSING', parts: ['SUCCESS'], code: 0, message: '' };

function bodyOf({ task, status, parts, code, message }: Sent): object {
  if (task === null) return { EventType: 'BatchTask', Odd: message };
  const failed = { ErrCode: code, ErrCodeExt: `Invalid\\${code}`, Message: message };
  const subtasks = parts.map((end, n) => transcode(1 + (n % 3), end, end === 'FAIL' ? failed : {}));
  return workflow(task, status, subtasks, { SessionId: message, ...(status === 'FINISH' && { ErrCode: code }) });
}

function liveBody(items: readonly number[]): object {
  const results = items.map((n) => ({
    Text: `said ${n}\\n`,
    StartPTSTime: n,
    EndPTSTime: n + 1,
    SteadyState: n % 2 === 0,
  }));
  return {
    NotificationType: 'AiSmartSubtitleResult',
    TaskId: STREAM,
    AiSmartSubtitleResultInfo: { SmartSubtitleResult: results },
  };
}

/** Records that are on the log already, as a process that derives them again would append them. */
function earlier(log: PartitionLog, from: number, count: number): readonly NewRecord[] {
  const events = log.records.slice(1);
  const begin = events.length === 0 ? 0 : from % events.length;
  return events.slice(begin, begin + count);
}

/** The first events of a notification whose others do not come, or come when it is derived again. */
function halfOf(log: PartitionLog, sent: Sent & { readonly records: number; readonly again: boolean }) {
  const apart = new PartitionLog(PARTITION);
  apart.notify({ body: bodyOf(sent), raw: log.takeRaw() });
  const whole = apart.records.slice(1);
  return [...whole.slice(0, -1).slice(0, sent.records), ...(sent.again ? whole : [])];
}

function spoilt(record: NewRecord, what: string): NewRecord {
  const good = record as LogRecord & { readonly value: Buffer };
  if (record.value === null || what === 'value') return { key: record.key, value: null, headers: { odd: 'a\tb\\' } };
  if (what === 'data') return withMembers(good, { data: {} });
  if (what === 'type') return withMembers(good, { type: 'mps.of.tomorrow' });
  return {
    ...record,
    value: Buffer.from(record.value.toString().replaceAll(JSON.stringify(TASKS[0]), JSON.stringify(ELSEWHERE))),
  };
}

/** What was rejected, and records of which nothing can be read. */
export function rejectedLog(reasons: readonly (string | null)[]): PartitionLog {
  const log = new PartitionLog(PARTITION, TOPICS.rejected);
  for (const [n, reason] of reasons.entries()) {
    if (reason === null) log.append({ key: null, value: Buffer.from('no\tJSON\\'), headers: {} });
    else
      log.reject({
        ...{ notificationId: `01932d5c-0000-7000-8000-${String(n).padStart(12, '0')}`, account: 'default' },
        ...{ source: 'default', transport: 'callback', trust: 'callback-unsigned', received: second(n), reason },
        ...{ digest: 'd'.repeat(64), size: 17, truncated: false, detail: 'at\tbyte\\3' },
      });
  }
  return log;
}
