import { RecordTooLarge } from '@mps-ledger/event-log';
import { BODY_LIMITS, makeHealth, makeLogger, makeMetrics } from '@mps-ledger/platform';
import { eventually } from '@mps-ledger/spec-kit';
import type { Receive } from '../receive';
import type { ReceiveResult } from '../receive-result';
import { MessageRoom } from './message-room';
import { noRoom, QueueFailure, type NotificationQueue, type QueueMessage, type Undeleted } from './notification-queue';
import { startQueueSource, type QueueSource } from './queue-source';
import { makeSourcesMetrics } from './source-metrics';

const running: QueueSource[] = [];
afterEach(() => Promise.all(running.splice(0).map((source) => source.stop())));

const message = (handle: string | undefined, more: Partial<QueueMessage> = {}): QueueMessage => ({
  ...{ bytes: Buffer.from('{}'), handle, transportIds: {}, sentAt: undefined, ...more },
});
const accepted: ReceiveResult = { outcome: 'accepted', receipt: 'r', signExpired: false };

interface Given {
  /** Answers of polls; then nothing comes. */
  readonly polls?: readonly (readonly QueueMessage[] | QueueFailure)[];
  readonly results?: (bytes: Buffer) => ReceiveResult | Promise<ReceiveResult>;
  readonly deletes?: (handles: readonly string[]) => readonly Undeleted[];
  readonly stopMs?: number;
  readonly room?: MessageRoom;
}

/** A source with one receiver over a queue that answers as given, and what happened. */
function started({
  polls = [],
  results = () => accepted,
  deletes = () => [],
  stopMs,
  room = new MessageRoom(),
}: Given) {
  const happened = { asked: [] as number[], deleted: [] as (readonly string[])[], oversize: 0, isClosed: false };
  const lines: Record<string, unknown>[] = [];
  const answers = [...polls];
  const queue: NotificationQueue = {
    ...{ place: 'place', maxUnackedMs: 3_600_000 },
    receive: async (max, signal, held) => {
      happened.asked.push(max);
      const answer = answers.shift();
      if (answer instanceof QueueFailure) throw answer;
      for (const { bytes } of answer ?? []) if (held?.add(bytes.length) === false) throw noRoom();
      if (answer !== undefined) return answer;
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    },
    delete: (handles) => {
      happened.deleted.push(handles);
      return Promise.resolve(deletes(handles));
    },
    close: () => void (happened.isClosed = true),
  };
  const receive: Receive = {
    take: async (_, bytes) => results(bytes),
    refuseOversize: () =>
      Promise.resolve({
        outcome: 'refused',
        code: 'body-too-large',
        detail: '',
        notificationId: `${(happened.oversize += 1)}`,
      }),
  };
  const metrics = makeMetrics({ processMetrics: false });
  const health = makeHealth();
  const source = startQueueSource({
    source: { id: 's', account: 'default', transport: 'cmq-queue', keys: [], expired: 'accept' },
    logger: makeLogger({
      app: 'spec',
      destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    }),
    ...{
      queue,
      receive,
      health,
      metrics: makeSourcesMetrics(metrics),
      receivers: 1,
      logProblem: () => Promise.resolve(null),
      room,
    },
    timings: { misconfiguredMs: 5, longestPauseMs: 5, ...(stopMs !== undefined && { stopMs }) },
  });
  running.push(source);
  return { source, happened, lines, metrics, health };
}

describe('a receiver', () => {
  it('deletes what is logged, and leaves the rest', async () => {
    const down: ReceiveResult = { outcome: 'unavailable', code: 'log-unavailable' };
    const polls = [[message('a'), message('b', { bytes: Buffer.from('down') }), message('c')]];
    const { happened, metrics } = started({ polls, results: (bytes) => (String(bytes) === 'down' ? down : accepted) });
    await eventually(() => happened.asked.length === 2);
    expect(happened.deleted).toEqual([['a', 'c']]);
    const text = await metrics.text();
    for (const result of ['logged"} 2', 'deleted"} 2', 'left"} 1'])
      expect(text).toContain(`source_messages_total{source="s",result="${result}`);
  });

  it('deletes nothing where nothing is logged, and asks for one message next', async () => {
    const { happened } = started({
      polls: [[message('a')]],
      results: () => ({ outcome: 'unavailable', code: 'log-busy' }),
    });
    await eventually(() => happened.asked.length === 2);
    expect([happened.asked, happened.deleted]).toEqual([[16, 1], []]);
  });

  it('tries failed deletes once more, but for handles that are no longer valid', async () => {
    const failed = (handles: readonly string[]) =>
      handles
        .filter((handle) => handle !== 'a')
        .map((handle) => ({ handle, code: 'cmq-x', isInvalid: handle === 'b' }));
    const { happened, metrics, lines } = started({
      polls: [[message('a'), message('b'), message('c')]],
      deletes: failed,
    });
    await eventually(() => happened.asked.length === 2);
    expect(happened.deleted).toEqual([['a', 'b', 'c'], ['c']]);
    expect(await metrics.text()).toContain('result="not-deleted"} 2');
    expect(lines.some(({ messages, code }) => messages === 2 && code === 'cmq-x')).toBe(true);
  });

  it('goes on where a delete fails as a whole', async () => {
    const deletes = () => {
      throw new QueueFailure('network', 'unavailable', 'gone');
    };
    const { happened, metrics } = started({ polls: [[message('a')], [message('b')]], deletes });
    await eventually(() => happened.deleted.length === 2);
    await eventually(async () => (await metrics.text()).includes('result="not-deleted"} 2'));
    expect(happened.deleted).toEqual([['a'], ['b']]);
  });

  it('asks for one message at a time, and is not well, from a delete that deleted nothing until one deletes something', async () => {
    let isRight = false;
    const deletes = (handles: readonly string[]) =>
      isRight ? [] : handles.map((handle) => ({ handle, code: 'cmq-6020', isInvalid: false }));
    const polls = Array.from({ length: 4 }, (_, number) => [message(`m${number}`)]);
    const { happened, health, lines, source } = started({ polls: [...polls, [message('last')]], deletes });
    const problem = async () => (await health.report()).checks.find(({ name }) => name === 'source s')?.reason ?? '';
    await eventually(async () => (await problem()).startsWith('backing-off: The queue deleted none of 1 messages'));
    await eventually(() => happened.asked.length >= 3);
    isRight = true;
    await eventually(() => happened.asked.length === 6);
    expect(happened.asked.slice(0, 4)).toEqual([16, 1, 1, 1]);
    expect(happened.asked.at(-1)).toBe(16);
    expect(source.state.status).toBe('receiving');
    expect(await problem()).toBe('');
    expect(lines.map(({ msg }) => msg)).toContain('the queue deletes again');
    expect(lines.filter(({ code, next_try_ms: next }) => code === 'cmq-6020' && next !== undefined)).toHaveLength(1);
  });

  it('says why the log took nothing', async () => {
    const cause = new Error('the broker is full');
    const { happened, lines, health } = started({
      polls: [[message('a')]],
      results: () => ({ outcome: 'unavailable', code: 'log-unavailable', cause }),
    });
    await eventually(() => happened.asked.length === 2);
    expect(lines).toContainEqual(expect.objectContaining({ code: 'log-unavailable', reason: 'the broker is full' }));
    const { checks } = await health.report();
    expect(checks[0]?.reason).toContain('the log took none of the last messages: log-unavailable');
  });

  describe('where the log refuses the size of a message', () => {
    const cause = new RecordTooLarge('the brokers refuse its size');
    const refused: ReceiveResult = { outcome: 'unavailable', code: 'record-too-large', cause };
    const large = message('large', { bytes: Buffer.alloc(2000, 'x') });
    const problemOf = async ({ health }: ReturnType<typeof started>) =>
      (await health.report()).checks[0]?.reason ?? null;

    it('leaves it, logs and deletes the others, and says so', async () => {
      const polls = [[message('a'), large, message('b')], [message('c')]];
      const running = started({ polls, results: ({ length }) => (length > 1000 ? refused : accepted) });
      const { happened, lines, metrics, source } = running;
      await eventually(() => happened.asked.length === 3);
      expect([happened.asked, happened.deleted]).toEqual([
        [16, 16, 16],
        [['a', 'b'], ['c']],
      ]);
      expect(await problemOf(running)).toContain('the log refuses messages of 2000 bytes, which are left in the queue');
      expect(source.state.status).toBe('receiving');
      expect(await metrics.text()).toContain('source_messages_total{source="s",result="too-large"} 1');
      expect(lines.filter(({ reason }) => reason === cause.message)).toEqual([
        expect.objectContaining({ level: 'error', bytes: 2000, limit_seconds: 3600 }),
      ]);
    });

    it('says no more of it once the log takes one as large', async () => {
      const results = [refused, accepted];
      const running = started({ polls: [[large], [large]], results: () => results.shift() ?? accepted });
      await eventually(() => running.happened.asked.length === 3);
      expect([running.happened.asked, running.happened.deleted]).toEqual([[16, 1, 16], [['large']]]);
      expect(await problemOf(running)).toBeNull();
    });
  });

  it('logs a message that it cannot delete, and says so', async () => {
    const { happened, lines } = started({ polls: [[message(undefined, { remark: 'no-msg-body' })]] });
    await eventually(() => happened.asked.length === 2);
    expect(happened.deleted).toEqual([]);
    expect(lines.map(({ code, reason }) => code ?? reason)).toEqual(
      expect.arrayContaining(['no-handle', 'no-msg-body']),
    );
  });

  it('refuses a message for good that is larger than the log takes, and deletes it', async () => {
    const bytes = Buffer.alloc(BODY_LIMITS.bodyBytes + 1, 'x');
    const { happened } = started({ polls: [[message('huge', { bytes })]] });
    await eventually(() => happened.deleted.length === 1);
    expect([happened.oversize, happened.deleted]).toEqual([1, [['huge']]]);
  });

  it('warns where messages have been in the queue for more than half of its limit', async () => {
    const old = Date.now() - 1_801_000;
    const { happened, lines, metrics } = started({
      polls: [[message('a', { sentAt: old }), message('b', { sentAt: Date.now() })]],
    });
    await eventually(() => happened.deleted.length === 1);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', oldest_seconds: 1801, limit_seconds: 3600 }));
    expect(await metrics.text()).toMatch(/source_oldest_message_seconds\{source="s"\} 1801/);
  });

  it('holds no more than there is room for, with all other queues, and gives it back once messages are deleted or left', async () => {
    const room = new MessageRoom(1000);
    let log: (result: ReceiveResult) => void = () => undefined;
    const waiting = new Promise<ReceiveResult>((resolve) => (log = resolve));
    const of = (handle: string, bytes: number) => [message(handle, { bytes: Buffer.alloc(bytes, 'x') })];
    const first = started({ room, polls: [of('a', 400)], results: () => waiting });
    await eventually(() => room.heldBytes === 400);
    const second = started({ room, polls: [of('b', 700), of('c', 600)] });
    await eventually(() => second.happened.deleted.length === 1);
    expect(second.happened.deleted).toEqual([['c']]);
    expect(second.lines).toContainEqual(expect.objectContaining({ code: 'no-room' }));
    const other = room.open();
    other.add(501);
    const third = started({ room, polls: [of('d', 1)] });
    log(accepted);
    await eventually(() => first.happened.deleted.length === 1 && room.heldBytes === 501);
    expect(third.happened.asked).toEqual([]);
    other.release();
    await eventually(() => third.happened.deleted.length === 1);
    expect(room.heldBytes).toBe(0);
  });

  it('does not ask a queue again at once that says it is empty without waiting, and takes what comes then', async () => {
    const { happened } = started({ polls: [[], [], [message('a')]] });
    const asked: number[] = [];
    await eventually(() => {
      if (happened.asked.length > asked.length) asked.push(performance.now());
      return happened.asked.length === 4;
    });
    expect(happened.deleted).toEqual([['a']]);
    expect(asked[2]! - asked[0]!).toBeGreaterThan(500);
  });

  it('asks for fewer messages after an answer that was too large', async () => {
    const tooLarge = new QueueFailure('too-large', 'too-large', 'the answer has too many bytes');
    const { happened } = started({ polls: [tooLarge, tooLarge, [message('a')]] });
    await eventually(() => happened.asked.length === 4);
    expect(happened.asked).toEqual([16, 8, 4, 8]);
  });

  it('tells of a wrong key with what to do, in log, metrics and readiness, and of its end', async () => {
    const wrong = new QueueFailure('cmq-4100', 'configuration', 'The key is not accepted.');
    const { lines, health, happened, source } = started({ polls: [wrong, wrong] });
    await eventually(() => lines.some(({ level }) => level === 'error'));
    expect(lines.find(({ level }) => level === 'error')).toMatchObject({
      source: 's',
      code: 'cmq-4100',
      reason: 'The key is not accepted.',
    });
    await eventually(() => happened.asked.length === 3);
    expect((await health.report()).checks).toMatchObject([
      { name: 'source s', ok: false, reason: 'misconfigured: The key is not accepted.' },
    ]);
    await source.stop();
    expect([(await health.report()).checks, happened.isClosed]).toEqual([[], true]);
  });

  it('does not wait longer for the log than stopping may take, and then deletes nothing', async () => {
    let log: (result: ReceiveResult) => void = () => undefined;
    const waiting = new Promise<ReceiveResult>((resolve) => (log = resolve));
    const { happened, source } = started({ polls: [[message('a')]], results: () => waiting, stopMs: 20 });
    await eventually(() => happened.asked.length === 1);
    await source.stop();
    log({ outcome: 'unavailable', code: 'log-unavailable' });
    await new Promise(setImmediate);
    expect(happened.deleted).toEqual([]);
  });
});
