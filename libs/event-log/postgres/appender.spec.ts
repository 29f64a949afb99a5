import type { Appended } from '../port/port';
import type { PackedRecords } from './append';
import { Appender } from './appender';

interface Call {
  readonly place: string;
  readonly text: string;
  readonly succeed: (offset: number) => void;
  readonly fail: (error: Error) => void;
}

const one = (value: string) => [{ key: null, value: Buffer.from(value), headers: {} }];

/** An appender over a log that answers when told to. */
function appenderOver(maxWaitingBytes = 1000) {
  const calls: Call[] = [];
  const ends: string[] = [];
  const append = (topic: string, partition: number, { bytes }: PackedRecords): Promise<Appended> =>
    new Promise((resolve, reject) => {
      calls.push({
        place: `${topic}/${partition}`,
        text: String(bytes).replace('{}', ''),
        succeed: (offset) => resolve({ offsets: [offset], logged: '2026-11-22T09:00:00.000Z' }),
        fail: reject,
      });
    });
  const onAppended = (topic: string, partition: number, end: number) => ends.push(`${topic}/${partition}:${end}`);
  return { calls, ends, appender: new Appender({ append, onAppended, maxWaitingBytes }) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('an appender', () => {
  it('sends one append at a time to each partition, in the order asked for', async () => {
    const { appender, calls, ends } = appenderOver();
    const appends = [
      appender.append('t', 0, one('a')),
      appender.append('t', 0, one('b')),
      appender.append('t', 1, one('c')),
    ];
    await settled();
    expect(calls.map(({ place, text }) => [place, text])).toEqual([
      ['t/0', 'a'],
      ['t/1', 'c'],
    ]);
    calls[0]!.succeed(7);
    await settled();
    expect(calls.map(({ text }) => text)).toEqual(['a', 'c', 'b']);
    calls[1]!.succeed(1);
    calls[2]!.succeed(8);
    expect((await Promise.all(appends)).map(({ offsets }) => offsets)).toEqual([[7], [8], [1]]);
    expect(ends).toEqual(['t/0:8', 't/1:2', 't/0:9']);
  });

  it('fails what waited behind an append that failed, at once, and nothing else', async () => {
    const { appender, calls } = appenderOver();
    const first = appender.append('t', 0, one('a'));
    const second = appender.append('t', 0, one('b'));
    const elsewhere = appender.append('t', 1, one('c'));
    await settled();
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

  it('refuses what would be too much to hold, and takes more once there is room', async () => {
    const { appender, calls } = appenderOver(20);
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

  it('closes once nothing is under way', async () => {
    const { appender, calls } = appenderOver();
    const first = appender.append('t', 0, one('a'));
    let isClosed = false;
    const closing = appender.close().then(() => (isClosed = true));
    await settled();
    expect(isClosed).toBe(false);
    await expect(appender.append('t', 0, one('b'))).rejects.toThrow('closed');
    calls[0]!.succeed(1);
    await Promise.all([first, closing]);
  });
});
