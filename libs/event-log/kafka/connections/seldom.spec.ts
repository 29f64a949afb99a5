import { seldom } from './seldom';

describe('what is said seldom', () => {
  it('is said at once, and then not again for a while, with how often it would have been', () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const said: [object, string][] = [];
    const say = seldom(1_000, (fields, message) => said.push([fields, message]));
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
