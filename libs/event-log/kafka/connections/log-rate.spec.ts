import { limitLogRate } from './log-rate';

describe('a limited log rate', () => {
  it('logs a message at once, and then not again for an interval, with the number of messages', () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const said: [object, string][] = [];
    const say = limitLogRate(1_000, (fields, message) => said.push([fields, message]));
    for (let times = 0; times < 5; times += 1) say('a', { a: 1 }, 'again');
    say('b', {}, 'another');
    jest.advanceTimersByTime(1_000);
    say('a', { a: 2 }, 'again');
    expect(said).toEqual([
      [{ a: 1, times: 1 }, 'again'],
      [{ times: 1 }, 'another'],
      [{ a: 2, times: 5 }, 'again'],
    ]);
    jest.useRealTimers();
  });
});
