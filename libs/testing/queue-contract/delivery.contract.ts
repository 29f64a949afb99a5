import { eventually } from '@mps-ledger/spec-kit';
import { notificationOf, notificationsOf, type QueueContractContext } from './context';

/** Texts that are no notification, or hardly one. */
const ODD_TEXTS = [
  ...[
    'junk',
    '{',
    '[]',
    'null',
    '""',
    '{}',
    ' ',
    '\u0000',
    '\ufeff{}',
    '{"a":1}{"a":1}',
    '\u{1f600}é漢',
    '@x',
    'a&b=c+d%20',
  ],
  Buffer.from(notificationOf('in-base64')).toString('base64'),
  'eyJ#not-base64',
  `{"TaskId":"deep","x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  // Wrappers: without what they wrap, and with two of it.
  '{"TopicOwner":1,"topicName":"t","msgId":"1"}',
  '{"Records":[]}',
  JSON.stringify({ msgBody: notificationOf('one'), Message: notificationOf('another') }),
  notificationOf('x'.repeat(2 ** 20 - notificationOf('').length)),
];

/** What is in the queue gets on the log, as it is, and only then leaves the queue. */
export function deliveryContract(context: QueueContractContext): void {
  it('logs each message exactly as it was sent, with the trust of a queue, and deletes it', async () => {
    const queue = await context.queue();
    const bodies = notificationsOf('sent', 100);
    await queue.send(bodies);
    const ingest = await context.start(queue);
    await context.emptied(queue);
    expect(await context.logged()).toEqual(bodies);
    const records = await context.records();
    expect(records).toHaveLength(100);
    for (const { headers } of records)
      expect(headers).toMatchObject({ trust: 'queue', 'task-id': expect.stringMatching(/^sent-/) });
    expect(await ingest.metrics()).toMatch(/source_messages_total\{source="[^"]+",result="deleted"\} 100/);
    expect(await ingest.problem(queue.source)).toBeNull();
  });

  it('logs and deletes what is no notification, whatever it is, since nobody can send it again', async () => {
    const queue = await context.queue();
    const bytes = context.kind.anyBytes ? [Buffer.from([0xff, 0x00, 0x80, 0x22]), Buffer.from([0xed, 0xa0, 0x80])] : [];
    const odd = context.kind.anyBytes
      ? ODD_TEXTS
      : ODD_TEXTS.filter((text) => !text.includes('\u0000') && text.length < 200_000);
    for (const body of [...odd, ...bytes]) await queue.send([body]);
    await queue.send([notificationOf('right')]);
    const ingest = await context.start(queue);
    await context.emptied(queue);
    const values = (await context.records()).map(({ value }) => value?.toString('hex')).sort();
    const sent = [...odd.map((text) => Buffer.from(text)), ...bytes, Buffer.from(notificationOf('right'))];
    expect(values).toEqual(sent.map((body) => body.toString('hex')).sort());
    expect(await ingest.metrics()).toContain('notifications_unread_total{reason="not-json"}');
  });

  it('deletes nothing while it is not on the log', async () => {
    const queue = await context.queue();
    context.gate().hold();
    // Before the receivers, each of which holds what its first poll found.
    await queue.send(notificationsOf('held', 20));
    await context.start(queue);
    await eventually(async () => (await queue.delivered()) === 20 && context.gate().held() > 0);
    expect(await queue.remaining()).toBe(20);
    expect(await context.records()).toEqual([]);
    context.gate().release();
    await context.emptied(queue);
    expect(await context.logged()).toEqual(notificationsOf('held', 20));
  });

  it('loses nothing where handles are no longer valid: the messages come again', async () => {
    const queue = await context.queue();
    context.gate().hold();
    await context.start(queue);
    await queue.send(notificationsOf('expired', 5));
    await eventually(() => context.gate().held() > 0);
    await queue.expire();
    context.gate().release();
    await context.emptied(queue);
    expect(await context.logged()).toEqual(notificationsOf('expired', 5));
    expect(await queue.delivered()).toBeGreaterThan(5);
  });

  it('tries a delete again that failed in part', async () => {
    const queue = await context.queue();
    await queue.failNextDelete();
    await queue.send(notificationsOf('partly', 10));
    await context.start(queue);
    await context.emptied(queue);
    expect(await context.logged()).toEqual(notificationsOf('partly', 10));
  });
}
