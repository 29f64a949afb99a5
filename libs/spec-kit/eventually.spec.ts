import { eventually } from './eventually';

describe('eventually', () => {
  it('answers what the condition answers once it is truthy', async () => {
    let asked = 0;
    expect(await eventually(() => (asked += 1) >= 3 && `after ${asked}`)).toBe('after 3');
  });

  it('takes a rejection for "not yet"', async () => {
    let asked = 0;
    const condition = async (): Promise<boolean> => {
      asked += 1;
      if (asked < 3) throw new Error('not yet');
      return true;
    };
    expect(await eventually(condition)).toBe(true);
  });

  it('gives up in time, saying what was waited for and what came last', async () => {
    const never = eventually(() => Promise.reject(new Error('still dark')), { timeoutMs: 20, what: 'the dawn' });
    await expect(never).rejects.toThrow('waited 20 ms in vain for the dawn: still dark');
  });
});
