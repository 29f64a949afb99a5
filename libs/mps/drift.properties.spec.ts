import * as fc from 'fast-check';

import { checkProperty } from '@mps-ledger/spec-kit';
import { describeTask, fold, initialState } from '@mps-ledger/tasks';
import type { TaskView } from '@mps-ledger/tasks';

import { interpret } from './interpret';
import type { JsonObject } from './document/json';
import { notificationWith } from './testing/notification';

type End = 'SUCCESS' | 'FAIL';

/** A piece of a task's work: a transcode, or an analysis with a second level. */
interface Piece {
  readonly id: number;
  readonly holder: 'TranscodeTask' | 'AnalysisTask';
  readonly definition: number;
  readonly end: End;
  readonly below: readonly End[];
}

/** How a notification shows a piece: not at all, by its Type alone, open or ended, its input as it will be or not yet so. */
const SHOWN = ['hidden', 'bare', 'open', 'open-early', 'ended', 'ended-early'] as const;
type Shown = (typeof SHOWN)[number];

const end = fc.constantFrom<End>('SUCCESS', 'SUCCESS', 'FAIL');
const pieces = fc
  .array(
    fc.record({
      holder: fc.constantFrom('TranscodeTask' as const, 'AnalysisTask' as const),
      definition: fc.constantFrom(10, 20),
      end,
      below: fc.array(end, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.map((one, id): Piece => ({ ...one, id, below: one.holder === 'AnalysisTask' ? one.below : [] })));

const TYPES = { TranscodeTask: 'Transcode', AnalysisTask: 'AIAnalysis' };

/** Nothing but its Type, or nothing but how it stands; the input as a template; the input as it is. */
function activityOf(piece: Piece, shown: Shown): JsonObject {
  const { id, holder, definition, below } = piece;
  const path = shown.endsWith('early') ? `/{name}-${id}` : `/out/${id}`;
  const ended = shown.startsWith('ended');
  const Output = below.map((Status, n) => ({
    Type: 'Cover',
    CoverTask: { Status: ended ? Status : 'PROCESSING', Input: { Definition: n, ExtendedParameter: path } },
  }));
  const held = {
    Status: ended ? piece.end : 'PROCESSING',
    Input: { Definition: definition, OutputObjectPath: path, ExtendedParameter: path },
    ...(holder === 'AnalysisTask' && { Output }),
  };
  return { ActivityType: TYPES[holder], ActivityResItem: { [holder]: shown === 'bare' ? null : held } };
}

function bodyOf(Status: string, all: readonly Piece[], shown: readonly Shown[]): JsonObject {
  const ActivityResultSet = all.flatMap((piece, at) =>
    (shown[at] ?? 'hidden') === 'hidden' ? [] : [activityOf(piece, shown[at] ?? 'hidden')],
  );
  return { EventType: 'ScheduleTask', ScheduleTaskEvent: { TaskId: 't-1', Status, ActivityResultSet } };
}

function answerOf(bodies: readonly JsonObject[]): TaskView {
  const events = bodies.flatMap((body) => interpret(notificationWith(body))).filter(({ data }) => 'task_id' in data);
  return describeTask(fold(initialState, events), 0);
}

const leavesOf = ({ end: own, below }: Piece): readonly End[] =>
  below.length === 0 ? [own] : own === 'FAIL' ? [...below, own] : below;

function truthOf(all: readonly Piece[]): string {
  const leaves = all.flatMap(leavesOf);
  if (leaves.every((leaf) => leaf === 'SUCCESS')) return 'succeeded';
  return leaves.every((leaf) => leaf === 'FAIL') ? 'failed' : 'partially-failed';
}

const anyShown = fc.array(fc.array(fc.constantFrom(...SHOWN), { minLength: 4, maxLength: 4 }), { maxLength: 3 });

describe('pieces whose input is spelled in another way at first', () => {
  test('come to what they came to, where the FINISH shows them all', () => {
    checkProperty(
      fc.property(pieces, anyShown, (all, before) => {
        const bodies = before.map((shown) => bodyOf('PROCESSING', all, shown));
        const finish = bodyOf(
          'FINISH',
          all,
          all.map(() => 'ended'),
        );
        const answer = answerOf([...bodies, finish]);
        expect(answer.outcome).toBe(truthOf(all));
        for (const { status, superseded } of answer.subtasks) {
          expect(superseded).toBe(!['succeeded', 'failed'].includes(status));
        }
      }),
    );
  });

  test('of which some are left out: a reported failure is never a success', () => {
    checkProperty(
      fc.property(pieces, anyShown, anyShown, (all, before, after) => {
        const heard = [...before, ...after];
        const bodies = heard.map((shown, n) => bodyOf(n < before.length ? 'PROCESSING' : 'FINISH', all, shown));
        const failed = all.some(
          (piece, at) => leavesOf(piece).includes('FAIL') && heard.some((shown) => shown[at]?.startsWith('ended')),
        );
        const { outcome } = answerOf(bodies);
        if (failed) expect(outcome).not.toBe('succeeded');
        if (after.length === 0) expect(outcome).toBeNull();
      }),
      3000,
    );
  });

  test('of which a FINISH shows one open, which is never shown to have ended: never a success', () => {
    checkProperty(
      fc.property(pieces, anyShown, fc.constantFrom<Shown>('bare', 'open', 'open-early'), (all, before, left) => {
        const never = before.map((shown) =>
          shown.map((one, at) => (at === 0 && one.startsWith('ended') ? 'hidden' : one)),
        );
        const finish = bodyOf(
          'FINISH',
          all,
          all.map((_, at) => (at === 0 ? left : 'ended')),
        );
        const { outcome } = answerOf([...never.map((shown) => bodyOf('PROCESSING', all, shown)), finish]);
        expect(outcome).not.toBe('succeeded');
      }),
    );
  });

  test('of which a FINISH leaves out one that was reported open with all the others: undetermined, or partially failed', () => {
    checkProperty(
      fc.property(pieces, fc.boolean(), (all, early) => {
        const open = bodyOf(
          'PROCESSING',
          all,
          all.map((_, at) => (at === 0 && early ? 'open-early' : 'open')),
        );
        const finish = bodyOf(
          'FINISH',
          all,
          all.map((_, at) => (at === 0 ? 'hidden' : 'ended')),
        );
        expect(['undetermined', 'partially-failed']).toContain(answerOf([open, finish]).outcome);
      }),
    );
  });
});
