import { itemOfClock, judgeLogClock } from './checks/clock';
import { itemOfSpace } from './checks/disk';
import { judgeLag } from './checks/lag';
import { DAY_MS, type TailRecord } from './log-tail';
import { judgeForwarding } from './sources/forwarding';
import { itemOfQueueFailure, judgeWaiting } from './sources/queue';
import { judgeRefusals, refusalsIn } from './sources/refusals';
import { judgeTraffic } from './sources/traffic';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HOUR_MS = 3_600_000;

const record = (more: Partial<TailRecord> = {}): TailRecord => ({
  ...{ partition: 1, offset: 7, logged: NOW - 1_000, received: NOW - 1_050, source: 'default', transport: 'callback' },
  ...more,
});

describe('a difference of clocks', () => {
  const item = (ahead: number, uncertain = 10) => itemOfClock({ whose: 'the database', ahead, uncertain, where: 'db' });

  it('is a finding from 5 seconds on, after what is not certain about it', () => {
    expect(item(4_000)).toMatchObject({ status: 'ok' });
    expect(item(-7_000)).toMatchObject({
      status: 'finding',
      what: expect.stringMatching(/7\.0 s behind/),
      fix: expect.stringMatching(/NTP/),
    });
    expect(item(7_000)).toMatchObject({ status: 'finding', what: expect.stringMatching(/7\.0 s ahead of/) });
    expect(item(7_000, 3_000)).toMatchObject({ status: 'ok' });
  });
});

describe('the clock of the log', () => {
  const judge = (...records: TailRecord[]) => judgeLogClock({ records }, NOW, 'the clock of the brokers');

  it('cannot be measured without a record of the last day', () => {
    expect(judge()).toMatchObject({ status: 'not-checked', what: expect.stringMatching(/cannot be measured/) });
    expect(judge(record({ logged: NOW - 2 * DAY_MS }))).toMatchObject({ status: 'not-checked' });
  });

  it('is proved to be ahead by a record in the future', () => {
    expect(judge(record({ logged: NOW + HOUR_MS }))).toMatchObject({
      status: 'finding',
      what: 'the clock of the brokers was at least 3600.0 s ahead of the one of this machine',
    });
  });

  it('is proved to be behind by a record that was logged before it was received', () => {
    expect(judge(record({ received: NOW + HOUR_MS }))).toMatchObject({
      status: 'finding',
      where: 'partition 1 of the raw log, offset 7',
    });
  });

  it('may be ahead where every record waited long; one record that did not shows that it is not', () => {
    const late = record({ received: NOW - HOUR_MS });
    expect(judge(late, late)).toMatchObject({
      status: 'warning',
      what: expect.stringMatching(/or they waited that long/),
    });
    expect(judge(late, record())).toMatchObject({ status: 'ok', what: expect.stringMatching(/by 0\.1 s at most/) });
  });
});

describe('the lag', () => {
  const waiting = (age: number | null, more = {}) => ({
    ...{ topic: 'mps.rejected.v1', step: 'applied' as const, partition: 2, from: 10, to: 15 },
    oldest: age === null ? null : { offset: 10, age },
    ...more,
  });
  const retention = new Map([['mps.rejected.v1', 30 * DAY_MS]]);

  it('is none, or of records under way', () => {
    expect(judgeLag([], retention, true)).toEqual([
      { status: 'ok', what: 'everything received is derived and applied' },
    ]);
    expect(judgeLag([waiting(2_000)], retention, true)).toEqual([{ status: 'ok', what: '5 records are under way' }]);
  });

  it('is a finding after a minute, unless nothing runs', () => {
    expect(judgeLag([waiting(HOUR_MS)], retention, true)).toEqual([
      {
        status: 'finding',
        what: '5 records are not applied, the oldest for 1.0 h',
        where: 'partition 2 of mps.rejected.v1',
        fix: expect.stringMatching(/the projector runs and is ready/),
      },
    ]);
    expect(judgeLag([waiting(HOUR_MS)], retention, false)).toEqual([
      expect.objectContaining({ status: 'warning', fix: 'npm start' }),
    ]);
  });

  it('is a finding of its own where half of the retention is over', () => {
    const [first] = judgeLag([waiting(16 * DAY_MS)], retention, true);
    expect(first).toMatchObject({
      status: 'finding',
      what: 'the oldest record of mps.rejected.v1 that is not applied is 16.0 d old, and the topic deletes after 30.0 d',
      fix: expect.stringMatching(/retention\.ms=-1/),
    });
    const [other] = judgeLag([waiting(16 * DAY_MS, { topic: 'mps.task-events.v1' })], retention, true);
    expect(other).toMatchObject({ what: expect.stringMatching(/^5 records are not applied/) });
  });

  it('is a loss where records are deleted before they were applied', () => {
    const deleted = { status: 'finding', where: 'partition 2, offsets 10 to 12' };
    expect(judgeLag([waiting(1, { oldest: { offset: 13, age: 1 } })], retention, true)).toEqual([
      expect.objectContaining(deleted),
    ]);
    expect(judgeLag([waiting(null)], retention, true)).toEqual([
      expect.objectContaining({ ...deleted, where: 'partition 2, offsets 10 to 14' }),
    ]);
    // The genesis record, which nobody applies.
    expect(judgeLag([waiting(1, { from: 0, oldest: { offset: 1, age: 1 } })], retention, true)[0]!.status).toBe('ok');
  });
});

describe('the traffic of a source', () => {
  const source = { id: 'default', account: 'default', transport: 'callback', keys: ['k'], expired: 'accept' } as const;
  const judge = (...records: TailRecord[]) =>
    judgeTraffic(source, { records, isEmpty: records.length === 0 }, { now: NOW, isOnly: true });

  it('is none, ever or lately', () => {
    expect(judge()).toEqual([expect.objectContaining({ status: 'warning', what: 'nothing was ever received' })]);
    expect(judge(record({ source: 'other', logged: NOW - HOUR_MS }))).toEqual([
      expect.objectContaining({
        status: 'warning',
        what: 'nothing of it among the newest 1 notifications, of the last 1.0 h',
        fix: expect.stringMatching(/TaskNotifyConfig/),
      }),
    ]);
  });

  it('says when the last one came, and counts verdicts of a day by key', () => {
    const valid = record({ signature: { verdict: 'valid', key: 2 } });
    const old = record({ logged: NOW - 2 * DAY_MS, signature: { verdict: 'valid', key: 1 } });
    expect(judge(valid, valid, record({ signature: { verdict: 'none' } }), old)).toEqual([
      { status: 'ok', what: 'last notification 1.0 s ago' },
      { status: 'ok', what: 'signatures of the last day: 2 valid (key 2: 2), 0 expired, 1 not checked' },
    ]);
  });

  it('of a callback that nobody uses beside a queue is in order', () => {
    expect(judgeTraffic(source, { records: [], isEmpty: true }, { now: NOW, isOnly: false })).toEqual([
      { status: 'ok', what: 'nothing was ever received' },
    ]);
  });

  it('is a finding where all signatures had expired, a warning where many had', () => {
    const expired = record({ signature: { verdict: 'expired', by: 300 } });
    const valid = record({ signature: { verdict: 'valid', key: 1 } });
    expect(judge(expired)[1]).toMatchObject({ status: 'finding', fix: expect.stringMatching(/clock of ingest/) });
    expect(judge(expired, valid)[1]).toMatchObject({ status: 'warning' });
  });
});

describe('refused callbacks', () => {
  it('are read from metrics', () => {
    const metrics = [
      '# TYPE mps_ledger_notification_signature_failures_total counter',
      'mps_ledger_notification_signature_failures_total{reason="wrong"} 3',
      'mps_ledger_notification_signature_failures_total{reason="expired"} 9',
    ].join('\n');
    expect(refusalsIn(metrics)).toEqual({ wrong: 3, missing: 0 });
  });

  it('are a finding where no signature was valid, else a warning', () => {
    expect(judgeRefusals({ wrong: 3, missing: 0 }, 0)).toMatchObject({ status: 'finding', where: 'MPS_NOTIFY_KEY' });
    expect(judgeRefusals({ wrong: 3, missing: 0 }, 5)).toMatchObject({ status: 'warning' });
    expect(judgeRefusals({ wrong: 0, missing: 0 }, 0)).toMatchObject({ status: 'ok' });
  });

  it('that cannot be counted are a warning where no signature was valid', () => {
    expect(judgeRefusals({ unknown: 'not there' }, 0)).toMatchObject({
      status: 'warning',
      fix: expect.stringMatching(/^set MPS_NOTIFY_KEY/),
    });
    expect(judgeRefusals({ unknown: 'not there' }, 1)).toMatchObject({ status: 'not-checked' });
  });
});

describe('a queue', () => {
  const queue = { place: 'https://queue, queue q', maxUnackedMs: HOUR_MS };
  const judge = (age: number, isRunning = true, count: number | null = 3) =>
    judgeWaiting({ count, oldest: NOW - age }, queue, { now: NOW, isRunning });

  it('of which nobody receives is a finding after a minute, and more so when it is about to forget', () => {
    expect(judge(30_000)).toEqual([]);
    expect(judge(HOUR_MS, true, 0)).toEqual([]);
    expect(judge(120_000)).toEqual([
      {
        status: 'finding',
        what: '3 messages wait to be received, one of them for 2.0 min',
        where: queue.place,
        fix: 'see whether ingest runs and its /readyz?verbose names this source',
      },
    ]);
    expect(judge(120_000, false)).toEqual([expect.objectContaining({ status: 'warning', fix: 'npm start' })]);
    expect(judge(HOUR_MS * 0.6, false, null)).toEqual([
      {
        status: 'finding',
        what: 'messages wait to be received, one of them for 36.0 min; the queue forgets messages 1.0 h after they were sent, unless that was raised',
        where: queue.place,
        fix: 'npm start; meanwhile raise that time in the console of the queue',
      },
    ]);
  });

  it('that cannot be used is a finding with what its error says to do, a warning where it asks for fewer requests', () => {
    const failure = (failure: string, message: string) =>
      itemOfQueueFailure(Object.assign(new Error(message), { failure }), queue.place);
    expect(failure('configuration', 'The queue answered 4440. There is no such queue: create it.')).toEqual({
      ...{
        status: 'finding',
        what: 'The queue answered 4440.',
        fix: 'There is no such queue: create it.',
        where: queue.place,
      },
    });
    expect(failure('throttled', 'Slower.')).toMatchObject({ status: 'warning' });
    expect(failure('unavailable', 'The connection failed: ECONNREFUSED.')).toMatchObject({
      fix: expect.stringMatching(/^see whether this machine reaches/),
    });
  });
});

describe('forwarding', () => {
  const judged = (more: object, isRunning = true) =>
    judgeForwarding({ records: 7, oldest: 90_000, notBegun: 0, ...more }, isRunning).status;

  it('is behind where records wait for more than a minute, rightly so where the ledger does not run', () => {
    expect([judged({}), judged({}, false), judged({ oldest: 59_000 }), judged({ oldest: null })]).toEqual([
      ...['finding', 'warning', 'ok', 'ok'],
    ]);
    expect(judged({ notBegun: 1, oldest: null })).toBe('warning');
  });
});

describe('the space on a disk', () => {
  it('is little below 2 GiB, and too little below a quarter', () => {
    const status = (gib: number) => itemOfSpace(gib * 1024 ** 3, '/data').status;
    expect([3, 1, 0.1].map(status)).toEqual(['ok', 'warning', 'finding']);
  });
});
