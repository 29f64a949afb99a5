import { isGenesis } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import type { ConsumingContext } from './context';
import { NO_KEY } from './counts';

const PARTITION = 2;

/** What is promised of records that cannot be applied, and of a database that cannot be written. */
export function failuresContract({ counts, append, start, caughtUp, expectExact, records }: ConsumingContext): void {
  const parked = (): Promise<{ offset: string; reason: string; key: string | null }[]> =>
    counts().query('SELECT "offset", reason, key FROM $schema.parked WHERE partition = $1 ORDER BY 1', [PARTITION]);
  const parkedOffsets = async () => (await parked()).map(({ offset }) => Number(offset));
  /** Offsets of the records without a key, of this test and of those before. */
  const withoutKey = async () =>
    (await records(PARTITION)).flatMap((one) => (one.key === null && !isGenesis(one) ? [one.offset] : []));

  describe('a record that cannot be applied', () => {
    it('is parked with its reason in the same transaction, and later ones are applied', async () => {
      await append(PARTITION, ['a', null, 'b', 'a', null]);
      const consumer = await start();
      await append(PARTITION, ['a']);
      await caughtUp();
      await expectExact();
      const expected = await withoutKey();
      expect(expected.length).toBeGreaterThan(1);
      expect((await parked()).map(({ offset, reason }) => [Number(offset), reason])).toEqual(
        expected.map((offset) => [offset, NO_KEY]),
      );
      expect(consumer.parked()).toBe(expected.length);
      expect(consumer.warnings).toEqual(expected.map(() => 'record parked: it could not be applied'));
    });

    it.each([
      ['is found by bisecting, and parked alone, where the database keeps rejecting its row', false],
      ['is parked minimally where the database rejects what shows it too', true],
    ])('%s', async (_, isMinimal) => {
      const poison = isMinimal ? 'poison-shown' : 'poison';
      for (const table of isMinimal ? ['count', 'parked'] : ['count'])
        await counts().query(`ALTER TABLE $schema.${table} ADD CONSTRAINT planted CHECK (key <> '${poison}')`);
      const keys = Array.from({ length: 40 }, (_, n) => (n % 17 === 5 ? poison : `key-${n % 4}`));
      const offsets = await append(PARTITION, keys);
      const poisoned = offsets.filter((_, n) => keys[n] === poison);
      expect(poisoned).toHaveLength(3);
      const consumer = await start();
      await caughtUp();
      await expectExact(new Map([[PARTITION, poisoned]]));
      const rejected = (await parked()).filter(({ reason }) => reason !== NO_KEY);
      expect(rejected).toEqual(
        poisoned.map((offset) => ({
          offset: String(offset),
          reason: expect.stringMatching(/^23514: .*planted/),
          key: isMinimal ? null : poison,
        })),
      );
      expect(consumer.warnings).toContain('batch rejected; bisecting');
      expect(consumer.coordination.problems()).toEqual([]);
    });
  });

  describe('a failure of the environment', () => {
    it.each([
      [
        'every row is rejected',
        '23514',
        'ALTER TABLE $schema.count ADD CONSTRAINT planted CHECK (false) NOT VALID',
        'ALTER TABLE $schema.count DROP CONSTRAINT planted',
      ],
      [
        'a table is missing',
        '42P01',
        'ALTER TABLE $schema.count RENAME TO missing',
        'ALTER TABLE $schema.missing RENAME TO count',
      ],
    ])('blocks the partition and parks nothing while %s; then the loop continues', async (_, code, begin, end) => {
      await append(PARTITION, ['a', 'b']);
      const consumer = await start();
      await caughtUp();
      const before = await parkedOffsets();
      await counts().query(begin);
      await append(PARTITION, ['a', 'b', 'c']);
      const failed = consumer.failures();
      await eventually(() => consumer.failures() >= failed + 5);
      expect(consumer.coordination.problems()).toMatchObject([{ partition: PARTITION, problemCode: code }]);
      expect(consumer.warnings).toContain('partition blocked; retrying indefinitely');
      expect(consumer.warnings).not.toContain('batch rejected; bisecting');
      await counts().query(end);
      await caughtUp();
      expect(await parkedOffsets()).toEqual(before);
      await expectExact();
      await eventually(() => consumer.coordination.problems().length === 0);
    });
  });
}
