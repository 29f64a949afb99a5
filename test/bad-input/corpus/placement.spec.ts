import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { interpret, taskIdIn } from '@mps-ledger/mps';
import { bytesOf, isRead } from '../../../apps/simulator/bodies/envelope';
import { bodyBytes } from './bytes';
import type { BodySpec } from './case';
import { loadCorpus } from './load-cases';
import { checkoutFolder } from '../checkout-folder';
import { makeFuzzBodies } from '../fuzz/fuzz-bodies';
import { streamOf } from '../../../apps/simulator/task/stream';

const SEED = process.env['SIMULATED_SEED'] ?? 'placement';
const FUZZED = Number(process.env['SIMULATED_TASKS'] ?? '1000');

/** What derive reads of bytes that receive has placed; null where it attributes them to no task. */
function readOf(bytes: Buffer): { readonly taskId: string | null; readonly reason: string | undefined } {
  const heard = { account: 'default', transport: 'callback', trust: 'callback-unsigned', rawOffset: 1 } as const;
  const events = interpret({ ...heard, id: 'n', received: '2026-01-15T04:00:00.000Z', taskId: taskIdIn(bytes), bytes });
  const last = events.at(-1);
  if (last?.type !== 'notification.received') throw new Error('there is no notification.received');
  return { taskId: last.data.task_id ?? null, reason: last.data.reason };
}

/** The task that derive reads is the one that receive found. */
function expectAgreement(bytes: Buffer): void {
  const { taskId, reason } = readOf(bytes);
  expect(reason).not.toBe('task-elsewhere');
  if (taskId !== null) expect(taskIdIn(bytes)).toBe(taskId);
}

/** Every body that a value of the corpus sends. */
function bodiesIn(value: unknown): BodySpec[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, member]) => (name === 'body' ? [] : bodiesIn(member)));
  return 'body' in value ? [value.body as BodySpec, ...inside] : inside;
}

const folder = checkoutFolder('test/fixtures/mps');
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(join(folder, name)));

describe('the task that receive finds is the one that derive reads', () => {
  it.each(['finish', 'change'] as const)('in what MPS sends in mode %s, and the simulator means no other', (mode) => {
    const hostile = { duplicate: 0.2, reorder: 0.5, late: 0.3, lose: 0.1, contradict: 0.3, unknown: 0.3 };
    for (let index = 0; index < FUZZED / 20; index += 1) {
      const { plan, sends } = streamOf({ seed: SEED, mode, ...hostile }, index);
      for (const send of sends) {
        const bytes = bytesOf(plan, send, null);
        expectAgreement(bytes);
        if (isRead(plan, send.view)) expect(taskIdIn(bytes)).toBe(plan.taskId);
      }
    }
  });

  it('in every sample, and every body of the corpus of bad input', () => {
    const { cases, bodies } = loadCorpus();
    const corpus = cases.flatMap((one) => bodiesIn(one).map((body) => bodyBytes(body, one.texts, bodies)));
    // Of a larger one it would take seconds to see what is read.
    const small = corpus.filter(({ length }) => length < 64 * 1024);
    expect(small.length).toBeGreaterThan(50);
    for (const bytes of [...samples, ...small]) expectAgreement(bytes);
  });

  it(`in ${FUZZED} bodies of the fuzzer`, () => {
    const body = makeFuzzBodies(SEED, samples);
    for (let number = 1; number <= FUZZED; number += 1) expectAgreement(body(number));
  });
});
