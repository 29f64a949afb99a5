import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { genesisOf, genesisRecord } from '@mps-ledger/event-log';
import type { EventLog, LogRecord } from '@mps-ledger/event-log';
import {
  projectionSchema,
  readFreshness,
  readModelIn,
  readUnderived,
  readUnderivedAlarms,
} from '@mps-ledger/read-model';
import { checkAsyncProperty, withMembers } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { makeFreshnessTracker } from './freshness';
import type { FreshnessTracker } from './freshness';
import { makeRawWatch } from './raw-watch';
import type { RawWatchOptions } from './raw-watch';
import { LOG, PartitionLog, second, taskIdIn, workflow } from './testing/partition-log';
import { emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

const PARTITION = 1;
const TASK = taskIdIn(PARTITION, 'task');

/** What may lie at a raw offset: a notification, a record that says none, or nothing. */
type Raw = 'notification' | 'genesis' | 'erased' | 'nothing';

/** The raw log of one partition, by hand: what lies at each offset from 1 on. */
class RawLog {
  private readonly places: Raw[] = ['genesis'];

  get end(): number {
    return this.places.length;
  }

  add(...places: readonly Raw[]): this {
    this.places.push(...places);
    return this;
  }

  erase(offset: number): void {
    this.places[offset] = 'erased';
  }

  read: EventLog['read'] = ({ from, to }) =>
    oneByOne(this.records().filter(({ offset }) => offset >= from && offset < to));

  private records(): LogRecord[] {
    return this.places.flatMap((place, offset) => (place === 'nothing' ? [] : [recordOf(place, offset)]));
  }
}

function recordOf(place: Raw, offset: number): LogRecord {
  const at = { topic: TOPICS.raw, partition: PARTITION, offset, logged: second(offset) };
  if (place === 'genesis')
    return { ...genesisRecord(genesisOf(LOG, { topic: TOPICS.raw, partition: PARTITION })), ...at };
  return { key: Buffer.from('id'), value: place === 'erased' ? null : Buffer.from('{}'), headers: {}, ...at };
}

/** Whether at any time a later one was derived before it, however often they stepped back. */
function wasPassedOver(notifications: readonly number[], derived: readonly number[]): boolean {
  return notifications.some((offset) => {
    const first = derived.includes(offset) ? derived.indexOf(offset) : derived.length;
    return derived.slice(0, first).some((other) => other > offset);
  });
}

async function* oneByOne(records: readonly LogRecord[]): AsyncGenerator<readonly LogRecord[]> {
  for (const record of records) yield [record];
}

describe('raw offsets that are not accounted for', () => {
  let database: TestDatabase;
  let pool: Pool;
  let raw: RawLog;
  let events: PartitionLog;
  let logged: { readonly level: string; readonly message: string }[];
  const opened: FreshnessTracker[] = [];
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  const begin = async (): Promise<void> => {
    await emptyProjection(pool);
    raw = new RawLog();
    events = new PartitionLog(PARTITION);
    logged = [];
  };
  beforeEach(begin);
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  const derive = (...offsets: readonly number[]): void => {
    for (const offset of offsets) events.notify({ body: workflow(TASK, 'PROCESSING'), raw: offset });
  };
  const project = (): Promise<void> => handProjector({ pool }).catchUp(events);

  /** Rounds of a watch without any patience, except where some is given. */
  const watching = (patience: Partial<RawWatchOptions> = {}): FreshnessTracker => {
    const log: RawWatchOptions['log'] = {
      endPositions: async (topic) =>
        [0, 1, 2, 3].map((n) => (n !== PARTITION ? 1 : topic === TOPICS.raw ? raw.end : events.end)),
      read: (options) => raw.read(options),
    };
    const at = (level: string) => (_: object, message: string) => void logged.push({ level, message });
    const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    const atOnce = { checkAfterMs: 0, passedOverAfterMs: 0, idleAfterMs: 3_600_000 };
    const watch = makeRawWatch({
      model: readModelIn(projectionSchema, pool),
      log,
      logger,
      deliveredTo: () => 0,
      ...atOnce,
      ...patience,
    });
    const owned = (topic: string): number[] => (topic === TOPICS.events ? [0, 1, 2, 3] : []);
    const made = makeFreshnessTracker({
      model: readModelIn(projectionSchema, pool),
      log: { ...log, guard: { isSame: () => true } },
      owned,
      watch,
      logger,
      intervalMs: 3_600_000,
    });
    opened.push(made);
    return made;
  };
  const rounds = async (freshness: FreshnessTracker, count = 4): Promise<void> => {
    for (let n = 0; n < count; n += 1) await freshness.round();
  };
  const ranges = async (): Promise<(readonly [number, number])[]> =>
    (await readUnderived(readModelIn(projectionSchema, pool))).map(({ partition, from, to }) => {
      expect(partition).toBe(PARTITION);
      return [from, to] as const;
    });
  const state = async () => {
    const { rawNext, lagMs } = await readFreshness(readModelIn(projectionSchema, pool));
    return { rawNext: rawNext[PARTITION], isComplete: lagMs !== null, underived: await ranges() };
  };
  const errors = (): number => logged.filter(({ level }) => level === 'error').length;

  it('are skipped where nothing was received: a second genesis record, an erased record, a gap', async () => {
    raw.add(
      'notification',
      'genesis',
      'notification',
      'nothing',
      'erased',
      'nothing',
      'notification',
      'genesis',
      'nothing',
    );
    derive(1, 3, 7);
    await project();
    await rounds(watching(), 6);
    expect(await state()).toEqual({ rawNext: 10, isComplete: true, underived: [] });
    expect(errors()).toBe(0);
  });

  it('are an alarm where a record has no events although later ones have, until it is derived', async () => {
    raw.add('notification', 'notification', 'notification', 'notification', 'notification', 'notification');
    derive(1, 4, 6);
    await project();
    const freshness = watching();
    await rounds(freshness);
    expect(await state()).toEqual({
      rawNext: 2,
      isComplete: false,
      underived: [
        [2, 4],
        [5, 6],
      ],
    });
    expect(await readUnderivedAlarms(readModelIn(projectionSchema, pool))).toEqual([
      { partition: PARTITION, from: 2, to: 7, isPassedOver: true },
    ]);
    await rounds(freshness);
    expect(errors()).toBe(1);
    derive(2, 3);
    await project();
    await rounds(freshness);
    expect(await state()).toEqual({ rawNext: 5, isComplete: false, underived: [[5, 6]] });
    derive(5, 6);
    await project();
    await rounds(freshness);
    expect(await state()).toEqual({ rawNext: 7, isComplete: true, underived: [] });
    expect(logged.at(-1)).toEqual({ level: 'info', message: 'underived raw records are derived now' });
    expect(errors()).toBe(1);
  });

  it('are found too where more is passed over later', async () => {
    raw.add('notification', 'notification', 'notification', 'notification', 'notification');
    derive(1, 3);
    await project();
    const freshness = watching();
    await rounds(freshness);
    derive(5);
    await project();
    await rounds(freshness);
    expect((await state()).underived).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(errors()).toBe(1);
  });

  it('are no alarm any more once the record is erased', async () => {
    raw.add('notification', 'notification');
    derive(2);
    await project();
    const freshness = watching();
    await rounds(freshness);
    expect((await state()).underived).toEqual([[1, 2]]);
    raw.erase(1);
    await rounds(freshness);
    expect(await state()).toEqual({ rawNext: 3, isComplete: true, underived: [] });
  });

  it('are no alarm while their events may be among those that are not applied yet', async () => {
    raw.add('notification', 'notification');
    derive(2);
    await project();
    derive(1);
    const freshness = watching();
    await rounds(freshness);
    expect(await state()).toEqual({ rawNext: 1, isComplete: false, underived: [] });
    await project();
    await rounds(freshness);
    expect(await state()).toEqual({ rawNext: 3, isComplete: true, underived: [] });
    expect(errors()).toBe(0);
  });

  it('are no alarm before their time is over', async () => {
    raw.add('notification', 'notification');
    derive(2);
    await project();
    await rounds(watching({ passedOverAfterMs: 3_600_000 }));
    expect(await state()).toEqual({ rawNext: 1, isComplete: false, underived: [] });
  });

  it('are no alarm for a time without checks, as in an outage', async () => {
    raw.add('notification', 'notification');
    derive(2);
    await project();
    await rounds(watching({ passedOverAfterMs: 1, staleAfterMs: 0 }), 8);
    expect((await state()).underived).toEqual([]);
    await rounds(watching({ passedOverAfterMs: 1 }), 8);
    expect((await state()).underived).toEqual([[1, 2]]);
  });

  it('are lag and no alarm where nothing later is derived; an alarm once nothing was derived for long', async () => {
    raw.add('notification', 'notification', 'notification');
    derive(1);
    await project();
    await rounds(watching());
    expect(await state()).toEqual({ rawNext: 2, isComplete: false, underived: [] });
    await rounds(watching({ idleAfterMs: 0 }));
    expect((await state()).underived).toEqual([[2, 4]]);
    expect((await readUnderivedAlarms(readModelIn(projectionSchema, pool)))[0]?.isPassedOver).toBe(false);
    // It is being derived: lag again.
    derive(2);
    await project();
    expect((await state()).underived).toEqual([]);
  });

  it('are accounted for by a notification.received that is parked', async () => {
    raw.add('notification', 'notification', 'notification');
    derive(3);
    const [parked] = new PartitionLog(PARTITION).append(...events.records.slice(-1)).records.slice(-1);
    derive(1);
    events.append(withMembers(parked!, { rawoffset: '2', data: {} }));
    await project();
    await rounds(watching());
    expect(await state()).toEqual({ rawNext: 4, isComplete: true, underived: [] });
  });

  it('are found for any order in which they are derived, repeatedly, in any batches', async () => {
    const places = fc.constantFrom<Raw>('notification', 'notification', 'notification', 'genesis', 'erased', 'nothing');
    const schedule = fc.record({
      places: fc.array(places, { maxLength: 12 }),
      derived: fc.array(fc.nat({ max: 15 }), { maxLength: 30 }),
      cuts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
      roundsAfter: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    });
    await checkAsyncProperty(
      fc.asyncProperty(schedule, async (given) => {
        await begin();
        raw.add(...given.places);
        const notifications = given.places.flatMap((place, n) => (place === 'notification' ? [n + 1] : []));
        const derived = given.derived.flatMap((n) => notifications[n % Math.max(1, notifications.length)] ?? []);
        const freshness = watching();
        const projector = handProjector({ pool });
        for (const [n, offset] of derived.entries()) {
          derive(offset);
          if (given.roundsAfter[n % given.roundsAfter.length]) continue;
          await projector.catchUp(events, (from, end) =>
            Math.min(end, from + (given.cuts[n % given.cuts.length] ?? 1)),
          );
          await freshness.round();
        }
        await projector.catchUp(events);
        await rounds(freshness, 2 * given.places.length + 6);
        const missing = notifications.filter((offset) => !derived.includes(offset));
        const passedOver = missing.filter((offset) => derived.some((other) => other > offset));
        const found = await state();
        expect(found.rawNext).toBe(missing[0] ?? raw.end);
        expect(found.isComplete).toBe(missing.length === 0);
        const isUnderived = (offset: number): boolean =>
          found.underived.some(([from, to]) => from <= offset && offset < to);
        expect(notifications.filter(isUnderived)).toEqual(passedOver);
        if (!wasPassedOver(notifications, derived)) expect(errors()).toBe(0);
      }),
      60,
    );
  });
});
