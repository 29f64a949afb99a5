import { ReadModelEmpty } from '@mps-ledger/read-model';
import { readInTime } from './read-in-time';

const BUSY = new Error('timeout exceeded when trying to connect');
const UNREACHABLE = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
const LONG_MS = 60_000;
const never = (): boolean => false;
const inMs = (ms: number): number => performance.now() + ms;

/** Fails with these, one after the other, and then answers; counts. */
function failing(...errors: Error[]) {
  const read = jest.fn(() => {
    const error = errors.shift();
    return error === undefined ? Promise.resolve('read') : Promise.reject(error);
  });
  return read;
}

describe('a read of a request that waits', () => {
  it('is tried again until there is a connection', async () => {
    const read = failing(BUSY, UNREACHABLE);
    await expect(readInTime(read, inMs(LONG_MS), never)).resolves.toBe('read');
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('fails when the time is over, with the last failure, and no sooner', async () => {
    const began = performance.now();
    const read = jest.fn(() => Promise.reject(BUSY));
    await expect(readInTime(read, began + 150, never)).rejects.toBe(BUSY);
    expect(performance.now() - began).toBeGreaterThanOrEqual(149);
    expect(read.mock.calls.length).toBeGreaterThan(1);
  });

  it('is attempted once without a wait', async () => {
    const read = failing(BUSY);
    await expect(readInTime(read, inMs(0), never)).rejects.toBe(BUSY);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it.each([
    new ReadModelEmpty('tasks_v1'),
    Object.assign(new Error('gone'), { code: '42P01' }),
    new Error('Query read timeout'),
  ])('fails at once for a fault that waiting does not mend (%s)', async (error) => {
    const read = failing(error);
    await expect(readInTime(read, inMs(LONG_MS), never)).rejects.toBe(error);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is given up when the program closes or the client disconnects', async () => {
    const read = jest.fn(() => Promise.reject(BUSY));
    const leave = (): boolean => read.mock.calls.length === 2;
    await expect(readInTime(read, inMs(LONG_MS), leave)).rejects.toBe(BUSY);
    expect(read).toHaveBeenCalledTimes(2);
  });
});
