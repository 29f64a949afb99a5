import { join } from 'node:path';
import { filesBelow } from './files';
import { fixtures, ROOT } from './rejections';

/* What one machine lacks must not make other specs fail: services are asked for when specs run, not when they are loaded. */

type Body = (...row: readonly unknown[]) => unknown;

/** Blocks are entered, as jest does with those that are skipped, too; nothing else is called. */
const block = (_title: string, body?: Body): unknown => body?.();
const blockEach =
  (rows: readonly unknown[]) =>
  (_title: string, body: Body): void => {
    for (const row of rows) body(...(Array.isArray(row) ? (row as unknown[]) : [row]));
  };
const nothing = (): undefined => undefined;
const nothingEach = () => nothing;

const withEach = (call: unknown, each: unknown): object => {
  const one = Object.assign(call as object, { each });
  return Object.assign(one, { skip: one, only: one });
};
const DESCRIBING = {
  describe: withEach(block, blockEach),
  it: withEach(() => undefined, nothingEach),
  test: withEach(() => undefined, nothingEach),
  ...{ beforeAll: nothing, beforeEach: nothing, afterAll: nothing, afterEach: nothing },
};

/** An environment without Java, Kafka, kcat or a database, as far as jest tells specs of them. */
const ENVIRONMENT = { PATH: join(ROOT, 'nowhere'), TEST_KAFKA_MISSING: 'no Java', TEST_KCAT_MISSING: 'no kcat' };
const MISSING = ['JAVA_HOME', 'KAFKA_BROKERS', 'TEST_KAFKA_BROKERS', 'TEST_DATABASE_URL', 'DATABASE_URL'];

const given = process.env;
beforeAll(() => {
  const kept = Object.entries(given).filter(([name]) => !MISSING.includes(name));
  process.env = { ...Object.fromEntries(kept), ...ENVIRONMENT };
});
afterAll(() => {
  process.env = given;
});

/** What loading some files throws, as `file: message`. */
async function failuresOfLoading(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const failures: string[] = [];
  const jests = Object.fromEntries(
    Object.keys(DESCRIBING).map((name) => [name, Reflect.get(globalThis, name) as unknown]),
  );
  Object.assign(globalThis, DESCRIBING);
  try {
    for (const file of files) {
      await import(join(folder, file)).catch((error: unknown) => failures.push(`${file}: ${String(error)}`));
    }
  } finally {
    Object.assign(globalThis, jests);
  }
  return failures;
}

describe('every spec file', () => {
  it('loads on a machine without Java, brokers and databases', async () => {
    const specs = filesBelow(ROOT, /\.spec\.ts$/).filter((file) => !file.startsWith('test/architecture/'));
    expect(specs.length).toBeGreaterThan(200);
    expect(await failuresOfLoading(ROOT, specs)).toEqual([]);
  }, 120_000);

  it('would be seen to ask for brokers when it is loaded', async () => {
    const folder = fixtures('loading');
    expect(await failuresOfLoading(folder, filesBelow(folder, /\.spec\.ts$/))).toEqual([
      expect.stringContaining('asks-at-import.spec.ts: Error: no Kafka for specs') as string,
      expect.stringContaining('asks-in-a-block.spec.ts: Error: no Kafka for specs') as string,
    ]);
  });
});
