import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { startLedger, type LedgerOfSources } from './ledger';
import type { WayIn } from './ways';

const HOSTILE =
  '--duplicate 0.2 --reorder 0.3 --late 0.1 --contradict 0.1 --unknown 0.2 --mode change --tasks 60'.split(' ');
/** For as long as a start takes. */
const SLOWLY = ['--rate', '60'];

interface Task {
  readonly subtasks: readonly Readonly<Record<string, unknown>>[];
}

interface Sample {
  readonly file: string;
  readonly taskId: string;
  readonly task: Readonly<Record<string, unknown>>;
  readonly subtasks: readonly (readonly [kind: string, definition: string, status: string, errorCode: number])[];
}

/** The samples of the vendor, and what they say of their tasks. */
const SAMPLES: readonly Sample[] = [
  {
    file: 'seed-000-workflowtask-cmq-event.json',
    taskId: '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0',
    task: { kind: 'workflow', status: 'finished', outcome: 'partially-failed', error_code: 0 },
    subtasks: [
      ['Transcode', '10', 'succeeded', 0],
      ['AnimatedGraphics', '20000', 'failed', 30010],
      ['SnapshotByTimeOffset', '10', 'succeeded', 0],
      ['ImageSprites', '10', 'succeeded', 0],
    ],
  },
  {
    file: 'seed-002-parsenotification-response.json',
    taskId: '1256768367-Procedure-475b7237438a39560b9879a4556cb177t1',
    task: { kind: 'workflow', status: 'finished', outcome: 'succeeded', error_code: 0 },
    subtasks: [['Transcode', '20', 'succeeded', 0]],
  },
];

async function taskOf({ api }: LedgerOfSources, taskId: string, account: string): Promise<Task> {
  const url = `${api}/v1/tasks/${encodeURIComponent(taskId)}?account=${account}&until=finished`;
  const answer = await eventually(async () => {
    const given = await fetch(url, { headers: { prefer: 'wait=10' } });
    return given.status === 200 ? given : null;
  });
  return (await answer.json()) as Task;
}

const bySubtask = (one: readonly unknown[], other: readonly unknown[]): number =>
  String(one[0]) < String(other[0]) ? -1 : 1;

interface OpenWays {
  ledger(): LedgerOfSources;
  way(kind: string): WayIn;
}

/** What comes by each of these ways into one ledger is in it as it was sent. To be called in a `describe`. */
export function eachWay(kinds: readonly WayIn['kind'][], openWays: () => Promise<readonly WayIn[]>): void {
  const open = waysOfSuite(openWays);
  samplesArrive(kinds, open);
  simulatedArrives(kinds, open);

  it('the verifier finds nothing to differ', async () => {
    await open.ledger().run('apps/verifier/main.js');
  }, 120_000);
}

function waysOfSuite(openWays: () => Promise<readonly WayIn[]>): OpenWays {
  let ways: readonly WayIn[] = [];
  let ledger: LedgerOfSources;
  beforeAll(async () => {
    ways = await openWays();
    const sources = ways.map(({ source }) => source).filter((source) => source !== null);
    const settings = Object.assign({}, ...ways.map((way) => way.settings)) as Record<string, string>;
    ledger = await startLedger(sources, settings);
  }, 180_000);
  afterAll(async () => {
    await ledger.close();
    for (const { queue } of ways) await queue?.close();
  }, 60_000);
  return {
    ledger: () => ledger,
    way(kind) {
      const way = ways.find((one) => one.kind === kind);
      if (way === undefined) throw new Error(`there is no way ${kind}`);
      return way;
    },
  };
}

function samplesArrive(kinds: readonly WayIn['kind'][], open: OpenWays): void {
  const table = kinds.flatMap((kind) => SAMPLES.map((sample) => [kind, sample.file, sample] as const));

  it.each(table)(
    '%s: %s becomes the task that it says',
    async (kind, file, { taskId, task, subtasks }) => {
      await open.way(kind).send(open.ledger(), readFileSync(join(process.cwd(), 'test/fixtures/mps', file)));
      const answer = await taskOf(open.ledger(), taskId, kind);
      // Of a queue it is known who may write to it.
      const confirmation = kind === 'cmq-queue' || kind === 'sqs' ? 'confirmed' : 'unconfirmed';
      expect(answer).toMatchObject({ ...task, account: kind, task_id: taskId, confirmation });
      const found = answer.subtasks.map((one) => [one['kind'], one['definition'], one['status'], one['error_code']]);
      expect([...found].sort(bySubtask)).toEqual([...subtasks].sort(bySubtask));
    },
    120_000,
  );
}

function simulatedArrives(kinds: readonly WayIn['kind'][], open: OpenWays): void {
  it.each(kinds)(
    '%s: what the simulator sends is there; of a queue, also where the ledger is killed and started again meanwhile',
    async (kind) => {
      const { queue, ...way } = open.way(kind);
      const before = queue?.delivered() ?? 0;
      const pace = queue === undefined ? [] : SLOWLY;
      const sent = way.simulate(open.ledger(), ['--seed', kind, '--account', kind, ...HOSTILE, ...pace]);
      sent.catch(() => undefined);
      if (queue !== undefined) {
        await eventually(() => queue.delivered() > before + 40, { timeoutMs: 60_000 });
        await open.ledger().killAndStart();
      }
      await sent;
      if (queue !== undefined) await eventually(async () => (await queue.remaining()) === 0);
    },
    240_000,
  );
}
