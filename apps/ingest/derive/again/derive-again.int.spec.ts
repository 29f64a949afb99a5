import {
  FIRST_GENERATIONS,
  makePostgresLog,
  setupPostgresLog,
  type EventLog,
  type LogRecord,
} from '@mps-ledger/event-log';
import { eventsOfRecord } from '@mps-ledger/records';
import { makeMetrics, silentLogger } from '@mps-ledger/platform';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { fromEventRecord, TOPICS } from '@mps-ledger/records';
import { startDeriving } from '../deriving';
import { makeIngestMetrics } from '../../ingest-metrics';
import { findResumption } from '../resume';
import { SPEC_LAYOUT } from '../../testing/callback-listener';
import { allDerived, derivedTimes, receiveInto } from '../../testing/derived-once';
import type { RawRange } from './arguments';
import { deriveAgain, type DerivedRange } from './derive-again';

jest.setTimeout(120_000);

let db: TestDatabase;
let log: EventLog;

beforeEach(async () => {
  const prepare = async (url: string) => void (await setupPostgresLog({ url, layout: SPEC_LAYOUT }));
  db = await testDatabase({ template: { name: 'ingest_log', prepare } });
  log = makePostgresLog({ url: db.url });
});
afterEach(async () => {
  await log.close();
  await db.close();
});

async function recordsIn(topic: string, partition: number): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for await (const records of log.read({ topic, partition, from: 0, to: 1_000 })) found.push(...records);
  return found;
}

/** Receives notifications at raw offsets 1 to `last` of partition 1, and derives those of some only, as a mishap might. */
async function passedOver(last: number, isDerived: (offset: number) => boolean): Promise<void> {
  await receiveInto(log, 1, 'n', last);
  for (const record of await recordsIn(TOPICS.raw, 1))
    if (record.offset > 0 && isDerived(record.offset))
      await log.append(
        TOPICS.events,
        1,
        eventsOfRecord(record).map((one) => one.record),
      );
}

/** The raw offsets of what says that one was derived, in the order of the event log. */
async function derivedInOrder(): Promise<number[]> {
  return (await recordsIn(TOPICS.events, 1)).flatMap((record) => {
    const decoded = fromEventRecord(record);
    return decoded.ok && decoded.event.type === 'notification.received' ? [decoded.event.hearing.rawOffset] : [];
  });
}

async function again(
  ranges: readonly RawRange[],
  dryRun = false,
  signal = new AbortController().signal,
): Promise<DerivedRange[]> {
  const done: DerivedRange[] = [];
  for await (const one of deriveAgain({ log, ranges, dryRun, signal })) done.push(one);
  return done;
}

describe('deriving again', () => {
  it('derives ranges that were passed over, in order, and then the newest once more', async () => {
    await passedOver(20, (offset) => offset < 6 || offset > 15 || offset === 10);
    expect(
      await again([
        { partition: 1, from: 11, to: 16 },
        { partition: 1, from: 6, to: 10 },
      ]),
    ).toEqual([
      { partition: 1, from: 6, to: 10, notifications: 4, events: 8, resumesAt: 21 },
      { partition: 1, from: 11, to: 16, notifications: 5, events: 10, resumesAt: 21 },
    ]);
    expect(await derivedInOrder()).toEqual([
      ...[1, 2, 3, 4, 5, 10, 16, 17, 18, 19, 20],
      ...[6, 7, 8, 9, 11, 12, 13, 14, 15, 20],
    ]);
    expect((await findResumption(log, 1)).position).toBe(21);
    expect(await allDerived(log)).not.toBeNull();
  });

  it('appends nothing in a dry run, and says the same', async () => {
    await passedOver(20, (offset) => offset < 6 || offset > 15);
    const before = await log.endPositions(TOPICS.events);
    expect(await again([{ partition: 1, from: 6, to: 16 }], true)).toEqual([
      { partition: 1, from: 6, to: 16, notifications: 10, events: 0, resumesAt: 21 },
    ]);
    expect(await log.endPositions(TOPICS.events)).toEqual(before);
  });

  it('leaves to ingest what lies after the position where that continues', async () => {
    await passedOver(20, (offset) => offset < 11);
    expect(
      await again([
        { partition: 1, from: 9, to: 15 },
        { partition: 1, from: 15, to: 30 },
        { partition: 2, from: 0, to: 30 },
      ]),
    ).toEqual([
      { partition: 1, from: 9, to: 11, notifications: 2, events: 4, resumesAt: 11 },
      { partition: 1, from: 15, to: 15, notifications: 0, events: 0, resumesAt: 11 },
      { partition: 2, from: 0, to: 0, notifications: 0, events: 0, resumesAt: 0 },
    ]);
    expect((await findResumption(log, 1)).position).toBe(11);
  });

  it('leaves nothing out where it is stopped between two ranges: ingest derives the following records again', async () => {
    await passedOver(20, (offset) => offset < 6 || offset > 15);
    const stopping = new AbortController();
    const ranges = [
      { partition: 1, from: 6, to: 9 },
      { partition: 1, from: 9, to: 16 },
    ];
    for await (const one of deriveAgain({ log, ranges, dryRun: false, signal: stopping.signal }))
      if (one.from === 6) stopping.abort();
    expect((await findResumption(log, 1)).position).toBe(9);
  });

  it('may be done beside an ingest that derives', async () => {
    await passedOver(40, (offset) => offset < 6 || offset > 35);
    const metrics = makeIngestMetrics(makeMetrics({ processMetrics: false }));
    const deriving = startDeriving({ log, generations: FIRST_GENERATIONS, logger: silentLogger(), metrics });
    const received = receiveInto(log, 1, 'meanwhile', 40);
    await again([{ partition: 1, from: 6, to: 36 }]);
    await received;
    await eventually(() => allDerived(log));
    expect(deriving.problems()).toEqual([]);
    await deriving.stop();
    const position = (await findResumption(log, 1)).position;
    expect(position).toBeGreaterThan(40);
    expect((await derivedTimes(log)).size).toBe(80);
  });
});
