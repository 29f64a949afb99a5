import type { KafkaMessage } from 'kafkajs';

import { BEGIN_AGAIN } from '../../follow/partition-loop';
import { Feed, type Offer } from './feed';

const message = (offset: number, value = 'x'): KafkaMessage => ({
  ...{ key: null, value: Buffer.from(value), offset: String(offset), timestamp: '1764061200000' },
  ...{ attributes: 0, headers: {} },
});

function feedOver(options: { maxRecords?: number; maxBytes?: number; maxHoldMs?: number } = {}) {
  const asked: string[] = [];
  const { maxRecords = 10, maxBytes = 1000, maxHoldMs = 60_000 } = options;
  const feed = new Feed({
    ...{ topic: 't', partition: 0, limits: { maxRecords, maxBytes }, maxHoldMs },
    seek: (position) => asked.push(`seek ${position}`),
    pause: () => asked.push('pause'),
    resume: () => asked.push('resume'),
    onUnexpectedOffer: (wanted) => asked.push(`stray ${wanted}`),
  });
  const offer = (
    from: number,
    offsets: readonly number[],
    { to = (offsets.at(-1) ?? from) + 1, behind = 0 } = {},
  ): Offer => ({
    ...{ from, to, behind, messages: offsets.map((offset) => message(offset)) },
    take: () => asked.push(`took up to ${to}`),
  });
  const signal = new AbortController();
  const next = async (position: number) => {
    const fetched = await feed.next(position, signal.signal);
    if (fetched === BEGIN_AGAIN) return 'begin again';
    return fetched && { offsets: fetched.records.map((one) => one.offset), to: fetched.to };
  };
  return { feed, asked, offer, next, signal };
}

/** The loop works on the offsets 0 and 1, which were all of an offer, and much more waits. */
async function atWorkOnTheLastSlice() {
  const over = feedOver({ maxRecords: 2 });
  const first = over.next(0);
  await over.feed.offer(over.offer(0, [0, 1], { behind: 9 }));
  await first;
  return over;
}

describe('a feed', () => {
  it('seeks and resumes for the first position asked for, and hands over what was fetched from there', async () => {
    const { feed, asked, offer, next } = feedOver();
    const got = next(5);
    void feed.offer(offer(5, [5, 6]));
    expect(await got).toEqual({ offsets: [5, 6], to: 7 });
    expect(asked).toEqual(['seek 5', 'resume', 'took up to 7']);
    feed.close();
  });

  it('rejects a request for what arrives damaged, and fetches it again only on request', async () => {
    const { feed, asked, next } = feedOver();
    const got = next(5);
    feed.damaged(7, new Error('another position'));
    feed.damaged(5, new Error('damaged'));
    await expect(got).rejects.toThrow('damaged');
    expect(asked).toEqual(['seek 5', 'resume', 'pause']);
    void next(5);
    expect(asked.slice(3)).toEqual(['seek 5', 'resume']);
    feed.close();
  });

  it('fetches no further ahead where that arrives damaged', async () => {
    const { feed, asked } = await atWorkOnTheLastSlice();
    asked.length = 0;
    feed.damaged(2, new Error('damaged'));
    expect(asked).toEqual(['pause']);
    feed.close();
  });

  it('hands over nothing that was fetched from elsewhere, however near, and seeks again', async () => {
    const { feed, asked, offer, next } = feedOver();
    const got = next(5);
    await feed.offer(offer(0, [0, 5, 6]));
    await feed.offer(offer(6, [6]));
    void feed.offer(offer(5, [5]));
    expect(await got).toEqual({ offsets: [5], to: 6 });
    expect(asked).toEqual(['seek 5', 'resume', 'seek 5', 'stray 5', 'seek 5', 'stray 5', 'took up to 6']);
    feed.close();
  });

  it('cuts what was fetched to the limits, passing gaps, and lets no more be fetched before all is asked for', async () => {
    const { feed, asked, offer, next } = feedOver({ maxRecords: 2 });
    const first = next(0);
    let isOver = false;
    void feed.offer(offer(0, [0, 3, 7], { to: 12 })).then(() => (isOver = true));
    expect(await first).toEqual({ offsets: [0, 3], to: 7 });
    expect(await next(7)).toEqual({ offsets: [7], to: 12 });
    expect(isOver).toBe(false);
    const last = next(12);
    await Promise.resolve();
    expect(asked).toEqual(['seek 0', 'resume', 'took up to 12']);
    void feed.offer(offer(12, [12]));
    expect(await last).toEqual({ offsets: [12], to: 13 });
    expect(isOver).toBe(true);
    feed.close();
  });

  it('lets the next be fetched while the last slice is worked on, where a whole one waits, and keeps it until it is asked for', async () => {
    const { feed, asked, offer, next } = feedOver({ maxRecords: 2 });
    const first = next(0);
    const offered = feed.offer(offer(0, [0, 1, 2], { behind: 2 }));
    expect(await first).toEqual({ offsets: [0, 1], to: 2 });
    const last = await next(2);
    await offered;
    let isOver = false;
    void feed.offer(offer(3, [3, 4], { behind: 0 })).then(() => (isOver = true));
    expect(last).toEqual({ offsets: [2], to: 3 });
    expect(await next(3)).toEqual({ offsets: [3, 4], to: 5 });
    expect(asked).toEqual(['seek 0', 'resume', 'took up to 3', 'took up to 5']);
    expect(isOver).toBe(false);
    feed.close();
  });

  it('lets no more be fetched while the last slice is worked on, where less than a whole one waits', async () => {
    const { feed, offer, next } = feedOver({ maxRecords: 2 });
    const first = next(0);
    let isOver = false;
    void feed.offer(offer(0, [0], { behind: 1 })).then(() => (isOver = true));
    await first;
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    feed.close();
  });

  it('keeps one offer at most, and none from elsewhere', async () => {
    const { feed, asked, offer, next } = await atWorkOnTheLastSlice();
    await feed.offer(offer(5, [5, 6]));
    expect(asked.slice(2)).toEqual(['took up to 2', 'pause']);
    const second = next(2);
    await feed.offer(offer(2, [2, 3], { behind: 9 }));
    await second;
    void feed.offer(offer(4, [4, 5], { behind: 9 }));
    await feed.offer(offer(6, [6, 7], { behind: 9 }));
    expect(asked.slice(4)).toEqual(['seek 2', 'resume', 'took up to 4', 'took up to 6', 'pause']);
    expect(await next(4)).toEqual({ offsets: [4, 5], to: 6 });
    feed.close();
  });

  it('forgets what it kept when another position is asked for, after a doubt too', async () => {
    const { feed, asked, offer, next } = await atWorkOnTheLastSlice();
    void feed.offer(offer(2, [2, 3]));
    const again = next(1);
    await feed.offer(offer(1, [1, 2], { behind: 9 }));
    expect(await again).toEqual({ offsets: [1, 2], to: 3 });
    void feed.offer(offer(3, [3, 4]));
    feed.beginAgain();
    expect(await next(3)).toBe('begin again');
    void next(3);
    expect(asked.slice(3)).toEqual(['took up to 4', 'seek 1', 'took up to 3', 'took up to 5', 'seek 3']);
    feed.close();
  });

  it('keeps nothing that is offered after a doubt', async () => {
    const { feed, asked, offer, next } = await atWorkOnTheLastSlice();
    feed.beginAgain();
    await feed.offer(offer(2, [2, 3]));
    expect(asked.slice(3)).toEqual(['pause']);
    expect(await next(2)).toBe('begin again');
    feed.close();
  });

  it('forgets what was fetched when another position is asked for, and seeks there', async () => {
    const { feed, asked, offer, next } = feedOver({ maxRecords: 1 });
    const first = next(0);
    const offered = feed.offer(offer(0, [0, 1, 2]));
    await first;
    const again = next(0);
    await offered;
    void feed.offer(offer(0, [0]));
    expect(await again).toEqual({ offsets: [0], to: 1 });
    expect(asked).toEqual(['seek 0', 'resume', 'took up to 3', 'seek 0', 'took up to 1']);
    feed.close();
  });

  it('pauses its partition rather than keep others waiting, and resumes when it is asked again', async () => {
    const { feed, asked, offer, next } = feedOver({ maxHoldMs: 1 });
    const first = next(0);
    await feed.offer(offer(0, [0]));
    await first;
    expect(asked).toEqual(['seek 0', 'resume', 'took up to 1', 'pause']);
    void next(1);
    expect(asked.slice(4)).toEqual(['seek 1', 'resume']);
    feed.close();
  });

  it('pauses when something is fetched that was not requested', async () => {
    const { feed, asked, offer } = feedOver();
    await feed.offer(offer(0, [0]));
    expect(asked).toEqual(['pause']);
  });

  it('ends the waiting by abort, by close, and by an error for the very position', async () => {
    const aborted = feedOver();
    const one = aborted.next(0);
    aborted.signal.abort();
    expect(await one).toBeNull();
    const closed = feedOver();
    const two = closed.next(0);
    closed.feed.close();
    expect(await two).toBeNull();
    expect(await closed.next(0)).toBeNull();
    const failed = feedOver();
    const three = failed.next(5);
    failed.feed.fail(4, new Error('not this one'));
    failed.feed.fail(5, new Error('gone'));
    await expect(three).rejects.toThrow('gone');
  });

  it('takes nothing any more from a consumer that it was closed for', async () => {
    const { feed, asked, offer, next } = feedOver();
    const got = next(0);
    feed.close();
    await feed.offer(offer(0, [0]));
    expect(await got).toBeNull();
    expect(asked).toEqual(['seek 0', 'resume']);
  });

  it('answers a waiting request with BEGIN_AGAIN, and hands over nothing that is offered then', async () => {
    const { feed, asked, offer, next } = feedOver();
    const got = next(5);
    feed.beginAgain();
    expect(await got).toBe('begin again');
    await feed.offer(offer(5, [5, 6]));
    expect(asked).toEqual(['seek 5', 'resume', 'pause']);
    const again = next(4);
    await feed.offer(offer(5, [5, 6]));
    void feed.offer(offer(4, [4, 5]));
    expect(await again).toEqual({ offsets: [4, 5], to: 6 });
    feed.close();
  });

  it('answers the next request after a batch with BEGIN_AGAIN, once, and drops what was fetched', async () => {
    const { feed, offer, next } = feedOver({ maxRecords: 1 });
    const got = next(5);
    void feed.offer(offer(5, [5, 6]));
    expect(await got).toEqual({ offsets: [5], to: 6 });
    feed.beginAgain();
    expect(await next(6)).toBe('begin again');
    const again = next(6);
    void feed.offer(offer(6, [6, 7]));
    expect(await again).toEqual({ offsets: [6], to: 7 });
    feed.close();
  });
});
