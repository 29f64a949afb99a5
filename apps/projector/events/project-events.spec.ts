import { decodeState } from '@mps-ledger/tasks';
import type { TaskEvent } from '@mps-ledger/tasks';
import { fromEventRecord } from '@mps-ledger/records';
import { PARK_NOTHING } from '@mps-ledger/consuming';
import { groupByTask, readRecords, rowsOf, type DecodedBatch } from '@mps-ledger/task-projection';
import { LOG, PartitionLog, taskIdIn, transcode, workflow } from '../testing/partition-log';

/** Nothing is half applied, before or after. */
const WHOLE = {
  ...{ completed: new Map<number, number>(), halfApplied: new Set<number>(), stored: new Set<number>() },
  isAccounted: () => true,
};
const decode = (log: PartitionLog): DecodedBatch =>
  groupByTask(readRecords(log.records, 1, LOG.partitions, PARK_NOTHING), PARK_NOTHING);

const log = new PartitionLog(1);
const taskId = taskIdIn(1, 'task');
log.notify({ body: workflow(taskId, 'PROCESSING', [transcode(2, 'PROCESSING')]) });
log.notify({ body: workflow(taskId, 'FINISH', [transcode(1, 'SUCCESS'), transcode(2, 'FAIL')]) });
const decoded = decode(log);

describe('the rows of a batch', () => {
  it('have each key once, those that are updated in the order of their keys', () => {
    const many = new PartitionLog(1);
    for (let n = 0; n < 30; n += 1)
      many.notify({ body: workflow(taskIdIn(1, `t${n % 6}`), 'PROCESSING', [transcode(n % 7, 'SUCCESS')]) });
    const rows = rowsOf(decode(many), new Map(), WHOLE);
    for (const keys of [
      rows.tasks.map(({ task_key }) => task_key),
      rows.states.map(({ task_key }) => task_key),
      rows.subtasks.map(({ task_key, key_digest }) => task_key + key_digest),
    ]) {
      expect(keys).toEqual([...new Set(keys)].sort());
      expect(keys.length).toBeGreaterThan(5);
    }
  });

  it('park an event that the fold cannot take, and apply the others', () => {
    const victim = decoded.events.findIndex(({ event }) => event.type === 'subtask.failed');
    const broken = { ...decoded.events[victim]!, event: breaking(decoded.events[victim]!.event) };
    const events = decoded.events.with(victim, broken);
    const tasks = decoded.tasks.map((task) => ({ ...task, events }));
    const rows = rowsOf({ ...decoded, events, tasks }, new Map(), WHOLE);
    expect(rows.parked).toMatchObject([
      { type: 'subtask.failed', reason: 'the fold refused it: Error: broken', task_key: rows.tasks[0]!.task_key },
    ]);
    expect(rows.history).toHaveLength(log.records.length - 2);
    expect(rows.tasks).toMatchObject([{ parked: 1, version: 2, status: 'finished', outcome: 'undetermined' }]);
  });

  it('leave state and subtasks alone where nothing changed', () => {
    const once = rowsOf(decoded, new Map(), WHOLE);
    const events = log.records.map(fromEventRecord).flatMap((one) => (one.ok ? [one.event] : []));
    expect(events.length).toBe(once.history.length);
    const stored = {
      version: 5,
      parked: 0,
      halfRaw: [],
      standing: null,
      state: decodeState(once.states[0]!.state),
      text: once.states[0]!.state,
      firstReceived: 'first',
    };
    const again = rowsOf(decoded, new Map([[once.tasks[0]!.task_key, stored]]), { ...WHOLE, stored: new Set([1]) });
    expect(again.states).toEqual([]);
    expect(again.subtasks).toEqual([]);
    expect(again.tasks).toMatchObject([{ version: 6, first_received: 'first' }]);
    expect(again.notifications).toMatchObject([{ offset: 2 }]);
  });

  it('count notifications, each once, however often and wherever it is said to be received', () => {
    const twice = new PartitionLog(1);
    for (let n = 0; n < 3; n += 1) twice.notify({ body: workflow(taskId, 'PROCESSING'), raw: 7 });
    twice.notify({ body: workflow(taskIdIn(1, 'other'), 'PROCESSING'), raw: 8 });
    twice.notify({ body: workflow(taskId, 'FINISH'), raw: 9 });
    const rows = rowsOf(decode(twice), new Map(), WHOLE);
    expect(rows.tasks.map(({ task_id, version }) => [task_id, version]).sort()).toEqual(
      [
        [taskIdIn(1, 'other'), 1],
        [taskId, 2],
      ].sort(),
    );
    expect(rows.history).toHaveLength(10);
  });

  it('do not count a notification whose notification.received is parked, and of one half applied not yet', () => {
    const received = decoded.events.find(({ event }) => event.type === 'notification.received')?.record;
    const reasons = new Map([[received!.offset, 'refused']]);
    const park = { reasons, isMinimal: false };
    const parked = groupByTask(readRecords(log.records, 1, LOG.partitions, park), park);
    expect(rowsOf(parked, new Map(), WHOLE).tasks).toMatchObject([{ parked: 1, version: 1 }]);
    const half = groupByTask(readRecords(log.records.slice(0, 2), 1, LOG.partitions, PARK_NOTHING), PARK_NOTHING);
    expect(rowsOf(half, new Map(), { ...WHOLE, halfApplied: new Set([1]) }).tasks).toMatchObject([
      { half_raw: '1', version: 0 },
    ]);
  });
});

/** The event, but reading what it claims throws. */
function breaking(event: TaskEvent): TaskEvent {
  const data = { ...event.data };
  Object.defineProperty(data, 'error_code', {
    get() {
      throw new Error('broken');
    },
  });
  return { ...event, data } as TaskEvent;
}
