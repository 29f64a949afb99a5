import { eventually } from '@mps-ledger/spec-kit';
import { notificationsOf, type QueueContractContext } from './context';

/** Trouble of the log, of a queue, and of stopping. */
export function troubleContract(context: QueueContractContext): void {
  it('receives nothing while the log is away, and goes on when it is back', async () => {
    const queue = await context.queue();
    const ingest = await context.start(queue);
    await eventually(async () => (await queue.polls()) > 1);
    context.cutLog(true);
    await eventually(async () => (await ingest.metrics()).includes('state="waiting-for-log"} 1'));
    // A poll that was in flight may still be answered; after the next look at the log none is.
    const polls = await settled(() => queue.polls());
    await queue.send(notificationsOf('away', 30));
    expect(await settled(() => queue.delivered())).toBe(0);
    expect(await queue.polls()).toBe(polls);
    context.cutLog(false);
    await context.emptied(queue);
    expect(await context.logged()).toEqual(notificationsOf('away', 30));
  });

  it('leaves messages in the queue that the log does not take, and loses none', async () => {
    const queue = await context.queue();
    context.gate().hold();
    const ingest = await context.start(queue);
    await queue.send(notificationsOf('refused', 10));
    await eventually(() => context.gate().held() > 0);
    context.cutLog(true);
    context.gate().release();
    await eventually(async () => (await ingest.metrics()).includes('result="left"}'));
    expect(await queue.remaining()).toBe(10);
    context.cutLog(false);
    await queue.expire();
    await context.emptied(queue);
    expect(await context.logged()).toEqual(notificationsOf('refused', 10));
  });

  it('stops in the middle of a long poll at once, and polls no more', async () => {
    const queue = await context.queue();
    const ingest = await context.start(queue);
    await eventually(async () => (await queue.polls()) > 1);
    const before = performance.now();
    await ingest.close();
    expect(performance.now() - before).toBeLessThan(10_000);
    // A queue may answer a poll for a moment whose client is gone.
    await settled(() => queue.polls());
    await queue.send(notificationsOf('later', 3));
    expect(await settled(() => queue.delivered())).toBe(0);
    expect(await queue.remaining()).toBe(3);
  });

  it('logs and deletes what it has received before it stops', async () => {
    const queue = await context.queue();
    context.gate().hold();
    const ingest = await context.start(queue);
    await queue.send(notificationsOf('stopping', 10));
    await eventually(() => context.gate().held() > 0);
    const stopped = ingest.close();
    context.gate().release();
    await stopped;
    const logged = await context.logged();
    expect(logged.length).toBeGreaterThan(0);
    expect(await queue.remaining()).toBe(10 - logged.length);
  });

  it('stops visibly where its key is wrong, and goes on by itself once it is right', async () => {
    const queue = await context.queue();
    await queue.setKeyRight(false);
    const ingest = await context.start(queue);
    await eventually(async () => (await ingest.problem(queue.source))?.startsWith('misconfigured: ') === true);
    expect(await ingest.metrics()).toContain('state="misconfigured"} 1');
    // Callbacks go on: the process stays in its load balancer.
    expect(await ingest.isReady()).toBe(true);
    await queue.setKeyRight(true);
    await queue.send(notificationsOf('rotated', 3));
    await context.emptied(queue);
    expect(await ingest.problem(queue.source)).toBeNull();
    expect(await context.logged()).toEqual(notificationsOf('rotated', 3));
  });

  it('leaves other sources alone', async () => {
    const [wrong, right] = [await context.queue(), await context.queue()];
    await wrong.setKeyRight(false);
    const ingest = await context.start(wrong, right);
    await eventually(async () => (await ingest.problem(wrong.source)) !== null);
    await right.send(notificationsOf('beside', 50));
    await context.emptied(right);
    expect(await context.logged()).toEqual(notificationsOf('beside', 50));
    expect(await ingest.problem(right.source)).toBeNull();
    await wrong.setKeyRight(true);
  });

  it('costs next to nothing where ten queues are empty', async () => {
    const queues = await Promise.all(Array.from({ length: 10 }, () => context.queue()));
    await context.start(...queues);
    const polls = async () => Math.min(...(await Promise.all(queues.map((queue) => queue.polls()))));
    await eventually(async () => (await polls()) >= 2);
    const [cpu, since] = [process.cpuUsage(), performance.now()];
    await eventually(async () => (await polls()) >= 6, { timeoutMs: 60_000 });
    const { user, system } = process.cpuUsage(cpu);
    // Of one core, the double and this spec included.
    expect((user + system) / 1000 / (performance.now() - since)).toBeLessThan(0.2);
  });
}

/** A number once it has stayed the same for some time. */
async function settled(read: () => Promise<number>): Promise<number> {
  let last = await read();
  let since = performance.now();
  await eventually(async () => {
    const now = await read();
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since > 3500;
  });
  return last;
}
