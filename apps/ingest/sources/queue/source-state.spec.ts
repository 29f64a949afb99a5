import { QueueFailure, type QueueFailureKind } from './notification-queue';
import { SourceState } from './source-state';

function made() {
  const clock = { now: 0 };
  return { clock, state: new SourceState({}, () => clock.now) };
}
const failure = (kind: QueueFailureKind, code = 'code') => new QueueFailure(code, kind, `why ${code}`);

describe('the state of a source', () => {
  it('is misconfigured, and pauses for a minute, where the configuration is wrong, and says so once for all receivers', () => {
    const { clock, state } = made();
    expect([state.status, state.reason, state.pauseMs]).toEqual(['receiving', null, 0]);
    expect(state.failed(failure('configuration'))).toBe(true);
    expect([state.status, state.reason, state.pauseMs]).toEqual(['misconfigured', 'why code', 60_000]);
    expect(state.failed(failure('configuration'))).toBe(false);
    expect(state.failed(failure('configuration', 'other'))).toBe(true);
    clock.now = 60_000;
    expect(state.pauseMs).toBe(0);
    expect(state.failed(failure('configuration', 'other'))).toBe(true);
    expect(state.answered(0)).toBe(true);
    expect([state.status, state.answered(0)]).toEqual(['receiving', false]);
  });

  it.each(['throttled', 'unavailable'] as const)(
    'backs off longer with each failure that is %s, up to a bound',
    (kind) => {
      const { clock, state } = made();
      const pauses = Array.from({ length: 12 }, () => {
        state.failed(failure(kind));
        const { pauseMs } = state;
        clock.now += pauseMs;
        return pauseMs;
      });
      expect(state.status).toBe('backing-off');
      expect(pauses[0]).toBeLessThanOrEqual(200);
      expect(Math.max(...pauses.slice(9))).toBeGreaterThanOrEqual(15_000);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
    },
  );

  it('asks for fewer messages where an answer was too large, down to one, and for more again after answers', () => {
    const { state } = made();
    const asked = [state.nextPoll];
    for (let times = 0; times < 5; times += 1) {
      state.failed(failure('too-large'));
      asked.push(state.nextPoll);
    }
    expect(asked).toEqual([16, 8, 4, 2, 1, 1]);
    state.answered(0);
    expect(state.nextPoll).toBe(1);
    for (let times = 0; times < 5; times += 1) state.answered(1);
    expect(state.nextPoll).toBe(16);
  });

  it('waits for the log, and asks for one message until the log has taken one', () => {
    const { clock, state } = made();
    expect(state.logSeen('log-unavailable')).toBe(true);
    expect(state.logSeen('log-unavailable')).toBe(false);
    expect([state.status, state.reason, state.pauseMs]).toEqual(['waiting-for-log', 'log-unavailable', 500]);
    expect(state.hadLog).toBe(false);
    expect(state.logSeen(null)).toBe(false);
    expect(state.hadLog).toBe(true);
    expect([state.status, state.nextPoll]).toEqual(['receiving', 16]);
    for (let times = 0; times < 20; times += 1) {
      clock.now += state.pauseMs;
      state.logRefused('log-busy');
    }
    expect([state.status, state.nextPoll]).toEqual(['waiting-for-log', 1]);
    expect(state.pauseMs).toBeGreaterThanOrEqual(15_000);
    state.logged(1);
    expect([state.status, state.nextPoll]).toEqual(['receiving', 16]);
  });

  it('pauses after an empty answer that came at once, and is receiving all the same', () => {
    const { clock, state } = made();
    state.emptyAtOnce();
    expect([state.status, state.pauseMs]).toEqual(['receiving', 500]);
    clock.now += 500;
    expect(state.pauseMs).toBe(0);
  });

  it('knows the smallest message that the log refuses for its size, until the log takes one as large', () => {
    const { state } = made();
    state.refusedSize(900);
    state.refusedSize(700);
    state.refusedSize(800);
    state.logged(699);
    expect(state.smallestTooLarge).toBe(700);
    state.logged(700);
    expect(state.smallestTooLarge).toBeNull();
  });
});
