import { DatabaseError } from 'pg';
import { bisect } from './bisect';
import type { Slice } from './checkpoint';
import type { ParkList } from './projection';
import { RecordLog } from './testing/record-log';

const rejection = Object.assign(new DatabaseError('no', 2, 'error'), { code: '23514' });
const log = new RecordLog(1);
for (let n = 0; n < 99; n += 1) log.append({ key: null, value: null, headers: {} });

/** A database that rejects slices with certain records in them, unless those are parked. */
function database(rejects: (slice: Slice, park: ParkList) => boolean, probe = async (): Promise<void> => undefined) {
  const parked: number[] = [];
  let position = 0;
  let transactions = 0;
  const apply = async (slice: Slice, park: ParkList): Promise<number> => {
    transactions += 1;
    expect(slice.from).toBe(position);
    if (rejects(slice, park)) throw rejection;
    parked.push(...park.reasons.keys());
    return (position = slice.to);
  };
  return { options: { apply, probe, heartbeat: async () => undefined }, parked, transactions: () => transactions };
}

const holds = (slice: Slice, poisoned: readonly number[]) =>
  slice.records.some(({ offset }) => poisoned.includes(offset));

describe('bisecting a rejected batch', () => {
  it.each([[[0]], [[99]], [[42]], [[3, 4]], [[0, 50, 99]]])('parks %j and nothing else', async (poisoned) => {
    const { options, parked } = database((slice, park) => holds(slice, poisoned) && park.reasons.size === 0);
    expect(await bisect(log.batch(), options)).toBe(log.end);
    expect(parked).toEqual(poisoned);
  });

  it('finds one poisoned record of a hundred in twenty transactions', async () => {
    const { options, transactions } = database((slice, park) => holds(slice, [42]) && park.reasons.size === 0);
    await bisect(log.batch(), options);
    expect(transactions()).toBeLessThanOrEqual(20);
  });

  it('parks minimally where showing the parked record is rejected too', async () => {
    const { options, parked } = database(
      (slice, park) => holds(slice, [7]) && (park.reasons.size === 0 || !park.isMinimal),
    );
    expect(await bisect(log.batch(), options)).toBe(log.end);
    expect(parked).toEqual([7]);
  });

  it('stops where parking is rejected too', async () => {
    const { options, parked } = database((slice) => holds(slice, [7]));
    await expect(bisect(log.batch(), options)).rejects.toBe(rejection);
    expect(parked).toEqual([]);
  });

  it('parks nothing once the database accepts no rows at all', async () => {
    const away = new Error('away');
    const { options, parked } = database(
      (slice) => holds(slice, [7]),
      () => Promise.reject(away),
    );
    await expect(bisect(log.batch(), options)).rejects.toBe(away);
    expect(parked).toEqual([]);
  });

  it('continues where another owner has moved the checkpoint to', async () => {
    const apply = async (slice: Slice): Promise<number> => {
      if (slice.records.length > 50) throw rejection;
      return 1000;
    };
    expect(await bisect(log.batch(), { apply, probe: async () => undefined, heartbeat: async () => undefined })).toBe(
      1000,
    );
  });
});
