import { Appender, type AppenderOptions } from '../append/appender';
import { makeSend, packRecords } from './append';
import type { Connections } from './connections';

const empty = { key: null, value: null, headers: {} };

describe('records packed for an append', () => {
  it('can be cut out again: places count from 1, and nothing has no place', () => {
    const { count, cuts, bytes } = packRecords([
      { key: Buffer.from('k'), value: Buffer.from('value'), headers: {} },
      { key: null, value: Buffer.alloc(0), headers: { a: 'b' } },
    ]);
    expect(count).toBe(2);
    expect(String(bytes)).toBe('kvalue{}{"a":"b"}');
    expect(JSON.parse(cuts)).toEqual([
      [1, 1, 2, 5, 7, 2],
      [null, 0, 9, 0, 9, 9],
    ]);
  });

  it('have headers without any NUL, which text in Postgres cannot hold', () => {
    const { bytes } = packRecords([{ ...empty, headers: { '\u0000': 'a\u0000b' } }]);
    expect(bytes.includes(0)).toBe(false);
    expect(JSON.parse(String(bytes))).toEqual({ '\u0000': 'a\u0000b' });
  });
});

interface Call {
  readonly place: string;
  readonly text: string;
  readonly succeed: (offset: number) => void;
  readonly fail: (error: Error) => void;
}

const one = (value: string) => [{ key: null, value: Buffer.from(value), headers: {} }];

/** An appender over a log that answers when told to. */
function appenderOver(options: Omit<AppenderOptions, 'send'> = {}) {
  const calls: Call[] = [];
  const ends: string[] = [];
  const run = ({ values = [] }: { values?: unknown[] }) =>
    new Promise<unknown[]>((resolve, reject) => {
      const [, topic, partition, , , bytes] = values;
      calls.push({
        place: `${String(topic)}/${String(partition)}`,
        text: String(bytes).replaceAll('{}', ''),
        succeed: (offset) => resolve([{ first: String(offset), logged: '1764061200000' }]),
        fail: reject,
      });
    });
  const send = makeSend({
    connections: { run } as unknown as Connections,
    ...{ prefix: '', logId: () => null, named: (topic) => topic.toUpperCase() },
    onAppended: (topic, partition, end) => ends.push(`${topic}/${partition}:${end}`),
  });
  return { calls, ends, send, appender: new Appender({ ...options, send }) };
}

/** Statements are sent at the end of a turn of the event loop. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('appends to the Postgres log', () => {
  it('are sent one at a time to each partition, in the order asked for', async () => {
    const { appender, calls, ends } = appenderOver();
    const appends = [appender.append('t', 0, one('a')), appender.append('t', 1, one('c'))];
    await settled();
    appends.push(appender.append('t', 0, one('b')));
    await settled();
    expect(calls.map(({ place, text }) => [place, text])).toEqual([
      ['T/0', 'a'],
      ['T/1', 'c'],
    ]);
    calls[0]!.succeed(7);
    await settled();
    expect(calls.map(({ text }) => text)).toEqual(['a', 'c', 'b']);
    calls[1]!.succeed(1);
    calls[2]!.succeed(8);
    expect((await Promise.all(appends)).map(({ offsets }) => offsets)).toEqual([[7], [1], [8]]);
    expect(ends).toEqual(['T/0:8', 'T/1:2', 'T/0:9']);
  });

  it('share a statement where they come in the same turn of the event loop, or wait for the same one', async () => {
    const { appender, calls, ends } = appenderOver();
    const appends = ['a', 'b'].map((text) => appender.append('t', 0, one(text)));
    await settled();
    appends.push(...['c', 'd'].map((text) => appender.append('t', 0, one(text))));
    await settled();
    expect(calls.map(({ text }) => text)).toEqual(['ab']);
    calls[0]!.succeed(3);
    await settled();
    expect(calls.map(({ text }) => text)).toEqual(['ab', 'cd']);
    calls[1]!.succeed(5);
    const answers = await Promise.all(appends);
    expect(answers.map(({ offsets }) => offsets)).toEqual([[3], [4], [5], [6]]);
    expect(answers[0]!.logged).toBe('2025-11-25T09:00:00.000Z');
    expect(ends).toEqual(['T/0:5', 'T/0:7']);
  });

  it('fail with what they waited behind, at once, and nothing else does', async () => {
    const { appender, calls } = appenderOver();
    const first = appender.append('t', 0, one('a'));
    const elsewhere = appender.append('t', 1, one('c'));
    await settled();
    const second = appender.append('t', 0, one('b'));
    calls[0]!.fail(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await expect(second).rejects.toThrow('gone');
    const later = appender.append('t', 0, one('d'));
    await settled();
    expect(calls.map(({ text }) => text)).toEqual(['a', 'c', 'd']);
    calls[1]!.succeed(1);
    calls[2]!.succeed(1);
    await Promise.all([elsewhere, later]);
  });

  it('are refused where they would be too much to hold, and taken once there is room', async () => {
    const { appender, calls } = appenderOver({ maxWaitingBytes: 20 });
    const first = appender.append('t', 0, one('1234567890'));
    await expect(appender.append('t', 1, one('1234567890'))).rejects.toMatchObject({ code: 'log-unavailable' });
    await settled();
    calls[0]!.succeed(1);
    await first;
    const second = appender.append('t', 1, one('1234567890'));
    await settled();
    calls[1]!.succeed(1);
    await second;
  });

  it('are not sent where none is left by then', async () => {
    const { calls, send } = appenderOver();
    const take = () => ({ records: [], bytes: 0 });
    expect(await send({ topic: 't', partition: 0, take })).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it('are refused where the partition is missing', async () => {
    const send = makeSend({
      connections: { run: () => Promise.resolve([]) } as unknown as Connections,
      ...{ prefix: '', logId: () => 'abc', named: (topic) => topic, onAppended: () => undefined },
    });
    await expect(new Appender({ send }).append('t', 0, one('a'))).rejects.toMatchObject({
      code: 'log-not-ready',
      message: /of log abc/,
    });
  });
});
