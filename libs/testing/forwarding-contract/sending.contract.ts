import { hash, randomUUID } from 'node:crypto';
import { forwardGroup, toRawRecord, TOPICS, type RawNotification } from '@mps-ledger/records';
import { numbered, rawRecords, series, waitFor, type ForwardingContext } from './context';

/** What is sent, and what is not. */
export function sendingContract({ handler, start, close }: ForwardingContext): void {
  it('sends the bytes as they came, with their content type and trace, from the first one on', async () => {
    const instance = await start({ id: 'a', forwardTo: handler().url }, { id: 'other' });
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    await instance.accept('other', numbered(0));
    const given = { 'content-type': 'text/plain;charset=gbk', traceparent };
    const answer = await instance.post('a', numbered(1), given);
    await waitFor(() => handler().got.length === 1);
    const { logId } = await instance.log.identity();
    expect(handler().got[0]).toMatchObject({
      path: '/handle?by=spec',
      bytes: Buffer.from(numbered(1)),
      headers: {
        ...{ ...given, via: `1.1 mps-ledger-${logId}` },
        'ledger-receipt': answer.headers.get('ledger-receipt'),
      },
    });
  });

  it('sends bytes of any kind, those of several Records once, and nothing that is not to be forwarded', async () => {
    const instance = await start({ id: 'a', forwardTo: handler().url });
    const { logId: forwardFrom } = await instance.log.identity();
    const raw = (bytes: Buffer, more: Partial<RawNotification> = {}) =>
      toRawRecord({
        ...{ id: randomUUID(), account: 'default', source: 'a', transport: 'cmq-queue', trust: 'queue', taskId: null },
        ...{ received: new Date().toISOString(), sha256: hash('sha256', bytes), bytes, forwardFrom },
        ...more,
      });
    const bodies = [Buffer.from([0xff, 0xfe, 0, 13, 10, 0xc0]), Buffer.alloc(0), Buffer.alloc(3 * 1024 * 1024, 'x')];
    const records = [
      raw(Buffer.from('of another source'), { source: 'b' }),
      raw(Buffer.from('from before'), { forwardFrom: undefined }),
      raw(Buffer.from('restored'), { forwardFrom: 'anotherlog00' }),
      raw(Buffer.from('damaged'), { sha256: hash('sha256', 'whole') }),
      raw(Buffer.from('records'), { element: 1 }),
      ...bodies.map((bytes) => raw(bytes)),
      raw(Buffer.from('records'), { element: 0, contentType: 'bad\u0394' }),
      { ...raw(Buffer.from('x')), value: null },
      raw(Buffer.from('last')),
    ];
    for (const record of records) await instance.log.append(TOPICS.raw, 1, [record]);
    await waitFor(() => handler().got.length === bodies.length + 2);
    const expected = [...bodies, Buffer.from('records'), Buffer.from('last')].map((bytes) => hash('sha256', bytes));
    expect(handler().got.map(({ bytes }) => hash('sha256', bytes))).toEqual(expected);
    expect(new Set(handler().got.map(({ headers }) => headers['content-type']))).toEqual(new Set(['application/json']));
    expect(await instance.count('damaged')).toBe(1);
  });

  it('sends nothing that was received while it was not switched on', async () => {
    for (const [forwardTo, from] of [
      [undefined, 1],
      [handler().url, 4],
      [undefined, 7],
      [handler().url, 10],
    ] as const) {
      const instance = await start({ id: 'a', forwardTo });
      await instance.accept('a', ...series(from, from + 2));
      // What was accepted is not sent again.
      if (forwardTo !== undefined) await waitFor(async () => (await instance.count()) === 3);
      await close(instance);
    }
    expect(handler().texts()).toEqual([...series(4, 6), ...series(10, 12)]);
  });

  it('is shared by instances: each sends a part, together everything', async () => {
    const one = await start({ id: 'a', forwardTo: handler().url });
    const other = await start({ id: 'a', forwardTo: handler().url });
    const tasks = Array.from({ length: 30 }, (_, number) => numbered(number, `T-${number}`));
    const progress = () => one.log.progress(forwardGroup({ logGeneration: 1 }, 'a'), TOPICS.raw);
    await waitFor(async () => !(await progress()).includes(null));
    await waitFor(async () => {
      await one.accept('a', ...tasks);
      return (await one.count()) > 0 && (await other.count()) > 0;
    });
    await waitFor(async () => String(await progress()) === String(await one.log.endPositions(TOPICS.raw)));
    expect(new Set(handler().texts())).toEqual(new Set(tasks));
  });

  it('that leads back to the ledger is refused there, and passed over', async () => {
    const first = await start({ id: 'a' });
    const loop = await start({ id: 'a', forwardTo: new URL('/notify/a', first.callbackUrl).href });
    await loop.accept('a', numbered(1));
    await waitFor(async () => (await loop.count('refused')) === 1);
    expect(await rawRecords(loop.log)).toHaveLength(1);
  });
}
