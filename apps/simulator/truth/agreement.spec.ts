import { interpret, taskIdIn } from '@mps-ledger/mps';
import { describeTask, fold, initialState, liveItemIdentity, liveItems, liveItemText } from '@mps-ledger/tasks';
import type { LiveItem, TaskState } from '@mps-ledger/tasks';
import { bytesOf, isRead } from '../bodies/envelope';
import { SECRET } from '../bodies/media-inputs';
import { compareTask } from '../check/compare';
import { makeRandom } from '../random';
import { streamOf, type SimulatedNotification, type StreamOptions } from '../task/stream';
import type { Plan } from '../task/plan';
import { truthLine } from './truth-line';

/** How many tasks; `SIMULATED_TASKS=100000` to look further. */
const TASKS = Number(process.env['SIMULATED_TASKS'] ?? '120');
const SEED = process.env['SIMULATED_SEED'] ?? 'agreement';

const HOSTILE: StreamOptions = {
  seed: SEED,
  mode: 'change',
  duplicate: 0.2,
  reorder: 0.5,
  late: 0.3,
  lose: 0.15,
  contradict: 0.4,
  unknown: 0.3,
};

/** Notifications with a secret in them. */
let secrets = 0;

/** What the rows and the list make of the items of a live stream, without a database between. */
function currentOf(reported: readonly LiveItem[]): readonly object[] {
  const rank = (one: LiveItem): number => (one.steady ? 1e9 : 0) + (one.end ?? 0);
  const rows = new Map<string, LiveItem>();
  for (const one of reported) {
    const key = JSON.stringify([one.kind, one.start ?? 0, liveItemIdentity(one.item)]);
    const known = rows.get(key);
    if (known === undefined || rank(one) > rank(known)) rows.set(key, one);
  }
  const seriesOf = ({ kind, speaker, start }: LiveItem): string => JSON.stringify([kind, speaker, start ?? 0]);
  const all = [...rows.values()];
  return all
    .filter((one) => one.steady || !all.some((other) => seriesOf(other) === seriesOf(one) && rank(other) > rank(one)))
    .map(({ kind, start, end, steady, item }) => {
      return { kind, start_offset: start, end_offset: end, steady, text: liveItemText(item) };
    });
}

/** The ledger's own way from bytes to a task, without a log between. */
function ledgersAnswer(plan: Plan, heard: readonly SimulatedNotification[]): unknown {
  const reported: LiveItem[] = [];
  const state = heard.reduce<TaskState>((before, notification, n) => {
    const bytes = bytesOf(plan, notification, null);
    secrets += Number(bytes.includes(SECRET));
    const events = interpret({
      id: `n${n}`,
      account: 'default',
      transport: 'callback',
      trust: 'callback-unsigned',
      received: '2026-01-15T04:00:00.000Z',
      taskId: taskIdIn(bytes),
      rawOffset: n,
      bytes,
    });
    for (const { type, data } of events) if (type === 'live.result-reported') reported.push(...liveItems(data.results));
    return fold(
      before,
      events.filter((event) => 'task_id' in event.data),
    );
  }, initialState);
  return { ...describeTask(state, 0), live_items: currentOf(reported) };
}

describe.each(['finish', 'change'] as const)('the truth of mode %s', (mode) => {
  it(`is what the ledger makes of the same bytes (seed ${SEED}, ${TASKS} tasks)`, () => {
    const differences = [];
    for (let index = 0; index < TASKS && differences.length < 10; index += 1) {
      const { plan, sends } = streamOf({ ...HOSTILE, mode }, index);
      const views = sends.map(({ view }) => (isRead(plan, view) ? view : null));
      const truth = truthLine(plan, views, []);
      expect(JSON.stringify(ledgersAnswer(plan, sends))).not.toContain(SECRET);
      if (truth !== null)
        differences.push(...compareTask(truth, ledgersAnswer(plan, sends)).map((one) => ({ index, ...one })));
    }
    expect(differences).toEqual([]);
    expect(secrets).toBeGreaterThan(0);
  });

  it('accepts what follows from any part of the sends of unknown fate', () => {
    for (let index = 0; index < TASKS / 4; index += 1) {
      const random = makeRandom(SEED, 'fates', index);
      const { plan, sends } = streamOf({ ...HOSTILE, mode }, index);
      const fates = sends.map((send) => ({ send, sure: random.chance(0.6), taken: random.chance(0.5) }));
      const viewsOf = (some: typeof fates) => some.map(({ send: { view } }) => (isRead(plan, view) ? view : null));
      const truth = truthLine(
        plan,
        viewsOf(fates.filter(({ sure }) => sure)),
        viewsOf(fates.filter(({ sure }) => !sure)),
      );
      const heard = fates.filter(({ sure, taken }) => sure || taken).map(({ send }) => send);
      if (truth !== null) expect(compareTask(truth, ledgersAnswer(plan, heard))).toEqual([]);
    }
  });
});
