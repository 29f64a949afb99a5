import * as fc from 'fast-check';
import type { NewRecord } from '@mps-ledger/event-log';
import { checkAsyncProperty, withMembers } from '@mps-ledger/spec-kit';
import { findResumption } from './resume';
import { TwoLogs } from '../testing/two-logs';

/** So many notifications, received and not derived. */
function received(count: number): TwoLogs {
  const logs = new TwoLogs();
  for (let number = 1; number <= count; number += 1) logs.receive(`n-${number}`, sample(number));
  return logs;
}

const sample = (number: number) => ({
  EventType: 'WorkflowTask',
  WorkflowTaskEvent: { TaskId: `T-${number}`, Status: 'FINISH', ErrCode: 0 },
});
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const positionIn = async (logs: TwoLogs) => (await findResumption(logs.log, 0)).position;
const replaced = (logs: TwoLogs, message: string) =>
  expect(findResumption(logs.log, 0)).rejects.toThrow(
    expect.objectContaining({ code: 'log-replaced', message: expect.stringContaining(message) as string }) as Error,
  );

const FOREIGN: NewRecord = { key: Buffer.from([0xff]), value: Buffer.from([0xc3, 0x28]), headers: { odd: '\u0000' } };

describe('where deriving continues', () => {
  it('is the beginning where the genesis record stands alone', async () => {
    expect(await positionIn(received(5))).toBe(0);
  });

  it('is after the raw record of the last notification.received', async () => {
    const logs = received(5);
    logs.derive(1, 2, 3);
    expect(await findResumption(logs.log, 0)).toEqual({ after: 4, position: 4, rawEnd: 6 });
    logs.derive(4, 5);
    expect(await positionIn(logs)).toBe(6);
  });

  it('is before a notification of which not all events were appended', async () => {
    const logs = received(3);
    logs.derive(1);
    const [first, ...rest] = logs.eventsOf(2);
    expect(rest).not.toEqual([]);
    logs.events.push(first!);
    expect(await positionIn(logs)).toBe(2);
  });

  it('is not changed by records at the end that are not ours, a second genesis record among them', async () => {
    const logs = received(5);
    logs.derive(1, 2);
    const ofThree = logs.eventsOf(3);
    const forged = withMembers(ofThree.at(-1)!, { id: 'a'.repeat(64) });
    logs.events.push(FOREIGN, logs.events[0]!, forged, { ...FOREIGN, value: null });
    for (let number = 0; number < 5_000; number += 1) logs.events.push(FOREIGN);
    expect(await positionIn(logs)).toBe(3);
  });

  it('is not changed by a second genesis record on the raw log', async () => {
    const logs = received(2);
    logs.raw.push(logs.raw[0]!);
    logs.derive(1, 2);
    expect(await positionIn(logs)).toBe(3);
    logs.receive('n-4');
    logs.derive(4);
    expect(await positionIn(logs)).toBe(5);
  });

  it('steps back with what an earlier owner appended late, which is derived again', async () => {
    const logs = received(9);
    logs.derive(...upTo(9), 4, 5);
    expect(await positionIn(logs)).toBe(6);
  });

  it('passes over raw records that were erased, derived or not', async () => {
    const logs = received(9);
    logs.derive(...upTo(5));
    logs.raw[5] = null;
    expect(await positionIn(logs)).toBe(6);
    logs.raw[6] = null;
    expect(await findResumption(logs.log, 0)).toEqual({ after: 6, position: 7, rawEnd: 10 });
    logs.raw.fill(null, 0, 8);
    expect(await positionIn(logs)).toBe(8);
    logs.raw.fill(null);
    expect(await positionIn(logs)).toBe(10);
  });
});

describe('a raw log that is not the one that was derived', () => {
  it('is shorter', async () => {
    const logs = received(9);
    logs.derive(...upTo(9));
    logs.raw.splice(7);
    await replaced(logs, 'it ends at 7, and offset 9 was derived from it');
  });

  it('has grown again after it was cut', async () => {
    const logs = received(9);
    logs.derive(...upTo(7));
    logs.raw.splice(5);
    for (let number = 1; number < 20; number += 1) logs.receive(`other-${number}`);
    await replaced(logs, 'its record at offset 7 is not the one that was derived');
  });

  it('has the same id with other bytes', async () => {
    const logs = received(3);
    logs.derive(...upTo(3));
    logs.raw[3] = new TwoLogs().raw[0]!;
    await replaced(logs, 'offset 3');
  });

  it('is shorter than what was derived before a former owner appended late', async () => {
    const logs = received(9);
    logs.derive(...upTo(9), 2, 3);
    logs.raw.splice(6);
    await replaced(logs, 'it ends at 6, and offset 9 was derived from it');
  });

  it('is found by the nearest record before the last one where that one was erased', async () => {
    const logs = received(9);
    logs.derive(...upTo(9));
    logs.raw.splice(6);
    for (let number = 1; number < 20; number += 1) logs.receive(`other-${number}`);
    logs.raw[9] = null;
    await replaced(logs, 'its record at offset 8 is not the one that was derived');
  });

  it('is not mistaken for it when bytes arrive wrong once', async () => {
    const logs = received(3);
    logs.derive(...upTo(3));
    const sound = logs.raw[3]!;
    logs.raw[3] = { ...sound, key: Buffer.from('flipped') };
    const flipped = logs.log.read;
    let reads = 0;
    const log = {
      ...logs.log,
      read: (options: Parameters<typeof flipped>[0]) => {
        if (options.topic.includes('notifications') && (reads += 1) === 2) logs.raw[3] = sound;
        return flipped(options);
      },
    };
    expect((await findResumption(log, 0)).position).toBe(4);
    expect(reads).toBe(2);
  });
});

/** One step of an owner: it takes the partition over, derives so many more, or its last append lands again. */
type Step = { owner: number; act: 'begin' | 'derive' | 'late' | 'half'; count: number };

describe('any schedule of owners', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    owner: fc.integer({ min: 0, max: 3 }),
    act: fc.constantFrom('begin', 'derive', 'derive', 'late', 'half'),
    count: fc.integer({ min: 1, max: 4 }),
  });

  it('skips nothing and raises no alarm', async () => {
    const schedule = fc.array(fc.oneof(step, fc.constant('receive' as const), fc.constant('genesis' as const)), {
      maxLength: 40,
    });
    let stepsBack = 0;
    await checkAsyncProperty(
      fc.asyncProperty(schedule, async (steps) => {
        const logs = new TwoLogs();
        const owners = new Map<number, { next: number; last: readonly number[] }>();
        const derived: number[] = [];
        for (const one of steps) {
          if (one === 'receive') logs.receive(`n-${logs.raw.length}`);
          else if (one === 'genesis') logs.raw.push(logs.raw[0]!);
          else await act(one, logs, owners, derived);
        }
        const { position } = await findResumption(logs.log, 0);
        if (position <= Math.max(0, ...derived)) stepsBack += 1;
        const missing = upTo(position - 1).filter(
          (offset) => isNotification(logs, offset) && !derived.includes(offset),
        );
        expect(missing).toEqual([]);
      }),
      500,
    );
    expect(stepsBack).toBeGreaterThan(0);
  });

  const isNotification = (logs: TwoLogs, offset: number) => (logs.rawAt(offset)?.key ?? null) !== null;

  async function act(
    { owner, act: what, count }: Step,
    logs: TwoLogs,
    owners: Map<number, { next: number; last: readonly number[] }>,
    derived: number[],
  ): Promise<void> {
    const known = owners.get(owner);
    if (what === 'begin' || known === undefined) {
      owners.set(owner, { next: (await findResumption(logs.log, 0)).position, last: [] });
      return;
    }
    const append = (offsets: readonly number[]): void => {
      logs.derive(...offsets);
      derived.push(...offsets);
    };
    const offsets = upTo(count)
      .map((number) => known.next + number - 1)
      .filter((offset) => offset < logs.raw.length);
    if (what === 'late') append(known.last);
    else if (what === 'half') logs.events.push(...logs.eventsOf(known.next).slice(0, -1));
    else {
      append(offsets);
      owners.set(owner, { next: known.next + offsets.length, last: offsets });
    }
  }
});
