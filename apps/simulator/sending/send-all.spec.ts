import { createHash } from 'node:crypto';
import type { JournalLine } from '../journal';
import type { TruthLine } from '../truth/truth-line';
import type { SendResult } from './deliver';
import { sendAll, type SendAllOptions } from './send-all';

const HOSTILE = { duplicate: 0.2, reorder: 0.3, late: 0.1, lose: 0.1, contradict: 0.1, unknown: 0.2 };
const TAKEN: SendResult = { outcome: 'acknowledged', status: 200, receipt: 'r', code: null, repeats: 0 };
const BROKEN: SendResult = { outcome: 'uncertain', status: null, receipt: null, code: null, repeats: 3 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Run {
  readonly journal: JournalLine[];
  readonly truth: (TruthLine | null)[];
  readonly mostAtOnce: number;
}

async function run(connections: number, options: Partial<SendAllOptions> = {}): Promise<Run> {
  const journal: JournalLine[] = [];
  const truth: (TruthLine | null)[] = [];
  const counts = { now: 0, most: 0 };
  await sendAll({
    ...{ seed: '1', mode: 'change', tasks: 40, connections, signing: null, ...HOSTILE },
    deliver: async (body) => {
      counts.now += 1;
      counts.most = Math.max(counts.most, counts.now);
      // Bodies take different times, so that tasks overtake each other.
      for (let left = body.length % 5; left >= 0; left -= 1) await turn();
      counts.now -= 1;
      return TAKEN;
    },
    pace: () => Promise.resolve(),
    journal: { write: (line) => void journal.push(line), close: () => Promise.resolve() },
    stopped: new AbortController().signal,
    onFate: () => undefined,
    onTask: (line) => void truth.push(line),
    ...options,
  });
  return { journal, truth, mostAtOnce: counts.most };
}

const bySeq = ({ journal }: Run) => [...journal].sort((a, b) => a.seq - b.seq);
const byTask = ({ truth }: Run) => truth.map((line) => JSON.stringify(line)).sort();

it('gives each send the same number and bytes, in any order of completion', async () => {
  const [one, many] = [await run(1), await run(16)];
  expect(many.mostAtOnce).toBeGreaterThan(4);
  expect(one.mostAtOnce).toBe(1);
  expect(bySeq(many)).toEqual(one.journal);
  expect(byTask(many)).toEqual(byTask(one));
  expect(one.journal.map(({ seq }) => seq)).toEqual(one.journal.map((_, place) => place + 1));
});

it('sends a task’s notifications one after another', async () => {
  const { journal } = await run(16);
  const seqs = new Map<string, number[]>();
  for (const { task_id: id, seq } of journal) if (id !== null) seqs.set(id, [...(seqs.get(id) ?? []), seq]);
  for (const of of seqs.values()) expect(of).toEqual([...of].sort((a, b) => a - b));
});

it('counts in the truth what was acknowledged, and nothing else', async () => {
  let sent = 0;
  const everySecond = await run(1, { deliver: async () => ((sent += 1) % 2 === 0 ? TAKEN : BROKEN) });
  const known = everySecond.truth.filter((line) => line !== null);
  expect(known.length).toBeGreaterThan(10);
  for (const line of known) {
    const lines = everySecond.journal.filter(({ task_id: id }) => id === line.task_id);
    expect(lines.filter(({ status }) => status === 200)).toHaveLength(line.sends);
    expect(lines.filter(({ status }) => status === null)).toHaveLength(line.uncertain);
  }
});

it('ends soon when it is stopped, with the truth of what was sent', async () => {
  const stopping = new AbortController();
  let sent = 0;
  const { journal } = await run(4, {
    stopped: stopping.signal,
    deliver: async (body) => {
      sent += 1;
      if (sent === 30) stopping.abort();
      await turn();
      expect(createHash('sha256').update(body).digest('hex')).toHaveLength(64);
      return TAKEN;
    },
  });
  expect(journal.length).toBe(sent);
  expect(sent).toBeLessThan(36);
});
