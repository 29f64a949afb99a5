import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { anyText, checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { sanitise } from '@mps-ledger/records';
import { columnNames, columnTexts, rowsFrom } from './columns';
import { bytesText } from './rows';

jest.setTimeout(120_000);

interface Row {
  readonly id: number;
  readonly word: string | null;
  readonly flag: boolean | null;
  readonly bytes: string | null;
  readonly time: string | null;
}

const COLUMNS = { id: 'bigint', word: 'text', flag: 'boolean', bytes: 'bytea', time: 'timestamptz' };

describe('rows as texts of columns', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase();
    pool = database.pool();
  });
  afterAll(() => database.close());

  /** The rows as they arrive. */
  const arrived = async (rows: readonly Row[]) => {
    const sql = `SELECT id::int, word, flag, bytes, time FROM ${rowsFrom(COLUMNS, 2)} WHERE $1::int = 7 ORDER BY id`;
    return (await pool.query(sql, [7, ...columnTexts<Row>(COLUMNS, rows)])).rows;
  };

  const words = anyText().map(sanitise);
  const rows = fc.uniqueArray(
    fc.record({
      id: fc.nat(),
      word: fc.option(fc.oneof(words, fc.constantFrom('', ' ', 'NULL', '{}', '{a,b}', '"', '\\', '\\N', "'"))),
      flag: fc.option(fc.boolean()),
      bytes: fc.option(fc.uint8Array().map((bytes) => bytesText(Buffer.from(bytes)))),
      time: fc.option(
        fc
          .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
          .map((date) => date.toISOString()),
      ),
    }),
    { selector: ({ id }) => id, maxLength: 5 },
  );

  it('arrive as they were, be they none, one or many', () =>
    checkAsyncProperty(
      fc.asyncProperty(rows, async (given) => {
        const expected = [...given]
          .sort((a, b) => a.id - b.id)
          .map(({ bytes, time, ...rest }) => ({
            ...rest,
            bytes: bytes === null ? null : Buffer.from(bytes.slice(2), 'hex'),
            time: time === null ? null : new Date(time),
          }));
        expect(await arrived(given)).toEqual(expected);
      }),
      200,
    ));

  it('are refused where a value would land in another row', () => {
    const row = { id: 1, word: 'a\x1eb', flag: null, bytes: null, time: null };
    expect(() => columnTexts<Row>(COLUMNS, [row])).toThrow(new RangeError('a value of word has a control character'));
  });

  it('name their columns in order', () => {
    expect(columnNames(COLUMNS)).toBe('"id", "word", "flag", "bytes", "time"');
  });
});
