import { LogUnavailable, makePostgresLog, OutOfRange, setupPostgresLog } from '@mps-ledger/event-log';
import type { Batch, EventLog } from '@mps-ledger/event-log';

import { testDatabase, type TestDatabase } from '../databases';
import { appendEach, numbered, record } from '../event-log-contract/appending';
import { CONTRACT_LAYOUT, TOPIC } from '../event-log-contract/contract-log';
import { collect, ComparingReader } from '../event-log-contract/reading';
import { eventually } from '@mps-ledger/spec-kit';
import { hostile, type HostileLog } from './hostile-log';

jest.setTimeout(60_000);

const SEED = Number(process.env['LOG_SEED'] ?? 7);

let db: TestDatabase;
let log: HostileLog;
const opened: EventLog[] = [];

function plain(topicPrefix = ''): EventLog {
  const one = makePostgresLog({ url: db.url, topicPrefix });
  opened.push(one);
  return one;
}

beforeEach(async () => {
  db = await testDatabase();
  await setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT });
  log = hostile(plain(), { seed: SEED });
});
afterEach(async () => {
  await log.close();
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await db.close();
});

describe(`a hostile log (LOG_SEED=${SEED})`, () => {
  it('commits each of its hostilities', async () => {
    const ownership: boolean[] = [];
    collect(log, { group: 'g', topic: TOPIC, maxRecords: 5, onOwnership: (_, owned) => ownership.push(owned) });
    const append = async (): Promise<void> => appendEach(log, TOPIC, 0, numbered('r', 20));
    await eventually(async () => {
      await append();
      return Object.values(log.deeds).every((count) => count > 0);
    });
    expect(ownership.filter((owned) => !owned).length).toBeGreaterThan(0);
  });

  it('fails whoever takes a missing answer for a missing record, or one delivery for the only one', async () => {
    const kept: string[] = [];
    log.follow({
      group: 'g',
      topic: TOPIC,
      onBatch: async ({ partition, records, to }) => {
        if (partition === 0) kept.push(...records.map(({ value }) => String(value)));
        return to;
      },
    });
    const acknowledged: string[] = [];
    const unknown: string[] = [];
    for (const text of numbered('r', 200)) {
      await log.append(TOPIC, 0, [record(text)]).then(
        () => acknowledged.push(text),
        (error: unknown) => {
          expect(error).toBeInstanceOf(LogUnavailable);
          unknown.push(text);
        },
      );
    }
    await eventually(() => acknowledged.every((text) => kept.includes(text)));
    expect(unknown.filter((text) => kept.includes(text)).length).toBeGreaterThan(0);
    expect(unknown.filter((text) => !kept.includes(text)).length).toBeGreaterThan(0);
    expect(kept.length).toBeGreaterThan(new Set(kept).size);
  });

  it('fails whoever counts on offsets without gaps, or on batches that begin at their first record', async () => {
    const { delivered } = collect(log, { group: 'g', topic: TOPIC, maxRecords: 10 });
    await appendEach(log, TOPIC, 0, numbered('r', 60));
    await eventually(() => delivered.texts(0).includes('r-59'));
    const offsets = delivered.log(0).map(({ offset }) => offset);
    expect(offsets.some((offset, index) => index > 0 && offset > offsets[index - 1]! + 1)).toBe(true);
    expect(delivered.batches.some(({ from, records }) => from < records[0]!.offset)).toBe(true);
    expect(delivered.batches.some(({ to, records }) => to > records.at(-1)!.offset + 1)).toBe(true);
  });

  it('has two owners of a partition at work at once, of whom one is late', async () => {
    const working = [0, 0];
    let meet: () => void = () => undefined;
    const bothAtWork = new Promise<void>((resolve) => (meet = resolve));
    const reader = new ComparingReader();
    const onBatch = async (owner: 0 | 1, batch: Batch): Promise<number> => {
      if (batch.partition === 0) {
        working[owner]! += 1;
        if (working.every((batches) => batches > 0)) meet();
        await bothAtWork;
        working[owner]! -= 1;
      }
      return reader.onBatch(batch);
    };
    const followers = ([0, 1] as const).map((owner) =>
      log.follow({ group: 'g', topic: TOPIC, startAt: reader.startAt, onBatch: (batch) => onBatch(owner, batch) }),
    );
    await eventually(() => followers.every((follower) => follower.owned().length === 4));
    await appendEach(log, TOPIC, 0, numbered('r', 100));
    await bothAtWork;
    await eventually(() => reader.texts(0).includes('r-99'));
    const offsets = reader.applied[0]!.map(({ offset }) => offset);
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
  });

  it('can be replaced by another, which its readers find out of range or of another name', async () => {
    const failures: unknown[] = [];
    const reader = new ComparingReader();
    const onFailure = ({ error }: { error: unknown }) => failures.push(error);
    log.follow({ group: 'g', topic: TOPIC, startAt: reader.startAt, onBatch: reader.onBatch, onFailure });
    await appendEach(log, TOPIC, 0, numbered('r', 10));
    await eventually(() => reader.texts(0).includes('r-9'));
    const { logId } = await log.identity();
    await setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT, topicPrefix: 'other.' });
    await log.replace(plain('other.'));
    expect((await log.identity()).logId).not.toBe(logId);
    await eventually(() => failures.some((error) => error instanceof OutOfRange && error.partition === 0));
    const failure = failures.find((error) => error instanceof OutOfRange);
    expect(failure).toMatchObject({ position: reader.position(0), end: 1 });
  });

  it('does the same by the same seed, and other things by another', async () => {
    const fates = async (seed: number): Promise<string> => {
      const one = hostile(plain(), { seed });
      const fate = await Promise.all(
        numbered('r', 50).map((text) =>
          one.append(TOPIC, 1, [record(text)]).then(
            () => '+',
            () => '-',
          ),
        ),
      );
      return fate.join('');
    };
    const first = await fates(1);
    expect(await fates(1)).toBe(first);
    expect(await fates(2)).not.toBe(first);
  });
});
