import { ReadFailure } from './problem';
import { withinRate } from './rate-limit';

const refused = (status: number, retryAfterMs: number | null): ReadFailure =>
  new ReadFailure({ ...{ status, code: 'c', title: 't', detail: 'd', errors: [] }, retryAfterMs });

describe('a request that is refused for its rate', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(async () => {
    await jest.advanceTimersByTimeAsync(60_000);
    jest.useRealTimers();
  });

  it('is sent again after the time that the server names, which other requests keep as well', async () => {
    const sent: string[] = [];
    const answers = [refused(429, 2000), null];
    const one = withinRate(() => {
      sent.push('one');
      const failure = answers.shift();
      return failure ? Promise.reject(failure) : Promise.resolve('answer');
    });
    await jest.advanceTimersByTimeAsync(0);
    const other = withinRate(() => Promise.resolve(sent.push('other')));
    await jest.advanceTimersByTimeAsync(1900);
    expect(sent).toEqual(['one']);
    await jest.advanceTimersByTimeAsync(1200);
    expect(sent.slice(1).sort()).toEqual(['one', 'other']);
    await expect(one).resolves.toBe('answer');
    await other;
  });

  it.each([
    [503, 1000, 1],
    [429, 3_600_000, 1],
    [429, 1000, 6],
    [429, null, 6],
  ])('with status %d and %j ms to wait is sent %d times at most', async (status, retryAfterMs, most) => {
    let sent = 0;
    const failure = refused(status, retryAfterMs);
    const asked = withinRate(() => {
      sent += 1;
      return Promise.reject(failure);
    }).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(30_000);
    expect([await asked, sent]).toEqual([failure, most]);
  });
});
