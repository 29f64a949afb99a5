import { LogNotReady, LogUnavailable, RecordTooLarge, type LogError } from '../port/errors';
import type { Appended } from '../port/port';
import { PartitionQueue, type Outgoing, type Send } from './partition-queue';
import { PendingAppend } from './pending-append';
import { sendUntilKnown } from './send-until-known';

interface Sent {
  readonly texts: readonly string[];
  readonly land: (base: number) => void;
  readonly fail: (error: unknown) => void;
}

const LOGGED = '2026-11-22T09:00:00.000Z';
const appendedAt = (base: number, count: number): Appended => ({
  offsets: Array.from({ length: count }, (_, index) => base + index),
  logged: LOGGED,
});
const textOf = ({ records }: PendingAppend): string => records.map(({ value }) => String(value)).join('');

/** An append of one record a character; its outcome is in `said`. */
function pendingOf(text: string, bytes: number, deadline: number, said: string[]): PendingAppend {
  const records = Array.from(text, (one) => ({ key: null, value: Buffer.from(one), headers: {} }));
  const succeed = ({ offsets }: Appended): void => void said.push(`${text} at ${offsets.join(',')}`);
  const fail = (error: unknown): void => void said.push(`${text}: ${(error as LogError).code}`);
  return new PendingAppend(records, bytes, deadline, succeed, fail);
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function lineOver(maxSendBytes = 100) {
  const sent: Sent[] = [];
  const said: string[] = [];
  const idle: true[] = [];
  const send = sendUntilKnown(
    ({ take }) =>
      new Promise((resolve, reject) => {
        const texts = take().records.map(({ value }) => String(value));
        if (texts.length === 0) {
          resolve(undefined);
          return;
        }
        const land = (base: number) => resolve(appendedAt(base, texts.length));
        sent.push({ texts, land, fail: reject });
      }),
  );
  const line = new PartitionQueue({
    ...{ topic: 't', partition: 0, send, maxSendBytes },
    onLeft: (pending) => said.push(`${textOf(pending)} left`),
    onIdle: () => idle.push(true),
  });
  const enter = (text: string, { bytes = 10, forMs = 60_000 } = {}): void =>
    line.enqueue(pendingOf(text, bytes, performance.now() + forMs, said));
  return { line, enter, sent, said, idle };
}

/** A line whose sends wait for their request to be made: `take` is called when a spec says so. */
function lineThatWaits() {
  const asked: { readonly take: Outgoing['take']; readonly settle: (appended: Appended | undefined) => void }[] = [];
  const said: string[] = [];
  const send: Send = ({ take }) => new Promise((settle) => void asked.push({ take, settle }));
  const line = new PartitionQueue({
    ...{ topic: 't', partition: 0, send, maxSendBytes: 100 },
    onLeft: (pending) => said.push(`${textOf(pending)} left`),
    onIdle: () => undefined,
  });
  const enter = (text: string, deadline = Infinity): void => line.enqueue(pendingOf(text, 10, deadline, said));
  return { line, enter, asked, said };
}

describe('the queue of a partition whose leader is busy', () => {
  it('sends what came until the request is made, and nothing that came later', async () => {
    const { line, enter, asked, said } = lineThatWaits();
    enter('a');
    enter('b');
    await settled();
    const { records, bytes } = asked[0]!.take();
    expect([records.map(({ value }) => String(value)), bytes]).toEqual([['a', 'b'], 20]);
    enter('c');
    asked[0]!.settle(appendedAt(5, 2));
    await settled();
    expect(said).toEqual(['a at 5', 'b at 6', 'a left', 'b left']);
    asked[1]!.take();
    asked[1]!.settle(appendedAt(7, 1));
    await line.idle();
    expect(said.slice(4)).toEqual(['c at 7', 'c left']);
  });

  it('has nothing to send of appends that expired by then, and holds them no longer', async () => {
    const { line, enter, asked, said } = lineThatWaits();
    enter('a', performance.now() + 5);
    await settled();
    const after = performance.now() + 6;
    while (performance.now() < after) await settled();
    expect(asked[0]!.take()).toEqual({ records: [], bytes: 0 });
    asked[0]!.settle(undefined);
    await line.idle();
    expect(said).toEqual(['a: log-unavailable', 'a left']);
  });

  it('does not even request a send for appends that expired before', async () => {
    const { line, enter, asked, said } = lineThatWaits();
    enter('a', -Infinity);
    await line.idle();
    expect([asked, said]).toEqual([[], ['a: log-unavailable', 'a left']]);
  });

  it('sends nothing once it is given up', async () => {
    const { line, enter, asked, said } = lineThatWaits();
    enter('a');
    await settled();
    line.giveUp(new LogUnavailable('closed'));
    expect(asked[0]!.take()).toEqual({ records: [], bytes: 0 });
    asked[0]!.settle(undefined);
    await line.idle();
    expect(said).toEqual(['a: log-unavailable', 'a left']);
  });
});

describe('the queue of a partition', () => {
  it('has one send in flight, and sends together what waited during it, each answered with its own offsets', async () => {
    const { enter, sent, said, idle } = lineOver();
    enter('a');
    enter('bc');
    enter('d');
    await settled();
    expect(sent.map(({ texts }) => texts.join(''))).toEqual(['a']);
    sent[0]!.land(7);
    await settled();
    expect(sent.map(({ texts }) => texts.join(''))).toEqual(['a', 'bcd']);
    sent[1]!.land(8);
    await settled();
    expect(said).toEqual(['a at 7', 'a left', 'bc at 8,9', 'd at 10', 'bc left', 'd left']);
    expect(idle).toHaveLength(1);
  });

  it('sends alone what is larger than a batch may be, and together no more than that', async () => {
    const { enter, sent } = lineOver(25);
    for (const [text, bytes] of [
      ['a', 10],
      ['b', 10],
      ['c', 10],
      ['D', 60],
      ['e', 10],
    ] as const)
      enter(text, { bytes });
    for (let at = 0; at < 5; at += 1) {
      await settled();
      sent[at]?.land(at);
    }
    expect(sent.map(({ texts }) => texts.join(''))).toEqual(['a', 'bc', 'D', 'e']);
  });

  it('sends again what is not known, before anything that came later', async () => {
    const { line, enter, sent, said } = lineOver();
    enter('a');
    enter('b');
    await settled();
    sent[0]!.fail(new Error('cut'));
    while (sent.length < 2) await settled();
    expect(sent[1]!.texts).toEqual(['a']);
    sent[1]!.land(3);
    await settled();
    sent[2]!.land(4);
    await line.idle();
    expect(said.filter((what) => what.includes('at'))).toEqual(['a at 3', 'b at 4']);
  });

  it('retries nothing that has expired, and continues with what came later', async () => {
    const { line, enter, sent, said } = lineOver();
    enter('a', { forMs: 5 });
    enter('b');
    const after = performance.now() + 6;
    while (performance.now() < after) await settled();
    sent[0]!.fail(new LogUnavailable('cut'));
    while (sent.length < 2) await settled();
    expect(sent[1]!.texts).toEqual(['b']);
    sent[1]!.land(9);
    await line.idle();
    expect(said).toEqual(['a: log-unavailable', 'a left', 'b at 9', 'b left']);
  });

  it('fails for good what the log refuses, and sends apart what is too large together', async () => {
    const { line, enter, sent, said } = lineOver();
    enter('a');
    enter('b');
    enter('c');
    await settled();
    sent[0]!.fail(new LogNotReady('missing'));
    await settled();
    sent[1]!.fail(new RecordTooLarge('too large'));
    await settled();
    sent[2]!.land(1);
    await settled();
    sent[3]!.fail(new RecordTooLarge('too large'));
    await line.idle();
    expect(sent.map(({ texts }) => texts.join(''))).toEqual(['a', 'bc', 'b', 'c']);
    expect(said.filter((what) => !what.includes('left'))).toEqual([
      'a: log-not-ready',
      'b at 1',
      'c: record-too-large',
    ]);
  });

  it('fails everything as unknown when it is given up, once the send under way is over', async () => {
    const { line, enter, sent, said } = lineOver();
    enter('a');
    enter('b');
    await settled();
    line.giveUp(new LogUnavailable('closed'));
    sent[0]!.fail(new Error('cut'));
    await line.idle();
    expect(sent).toHaveLength(1);
    expect(said).toEqual(['a: log-unavailable', 'a left', 'b: log-unavailable', 'b left']);
  });
});
