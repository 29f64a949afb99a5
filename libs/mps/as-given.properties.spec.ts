import * as fc from 'fast-check';

import { anyText, checkProperty } from '@mps-ledger/spec-kit';
import { describeTask, fold, initialState, keyText } from '@mps-ledger/tasks';
import type { Json, SubtaskView, TaskEvent, TaskView } from '@mps-ledger/tasks';

import { interpret } from './interpret';
import type { JsonObject } from './document/json';
import { notificationWith } from './testing/notification';

const eventsOf = (...bodies: readonly JsonObject[]): readonly TaskEvent[] =>
  bodies.flatMap((body) => interpret(notificationWith(body))).filter(({ data }) => 'task_id' in data);
const answerOf = (...bodies: readonly JsonObject[]): TaskView =>
  describeTask(fold(initialState, eventsOf(...bodies)), 0);

const SECRETS = ['S3SecretId', 'S3SecretKey', 'NotifyKey', 'SecretId', 'SecretKey'];

/** What the provider said, in words of this file alone: neither null nor a secret. */
function given(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(given);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as JsonObject).filter(
    ([name, member]) => member !== null && !SECRETS.includes(name),
  );
  return Object.fromEntries(members.map(([name, member]) => [name, given(member)]));
}

const name = fc.oneof(
  fc.constantFrom('TimeOffset', 'Confidence', 'Rotate', 'SegmentSet', 'Path', '10', '9', '$', ...SECRETS),
  anyText({ maxLength: 4 }).filter((text) => text !== 'Status' && text !== 'Definition' && text !== '__proto__'),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 0, false, '', [], {}, 1, 0.5, 'x', '0000-00-00T00:00:00Z'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value as fc.Arbitrary<Json>;
const object = fc.dictionary(name, value, { maxKeys: 5 });

interface Piece {
  readonly set: string;
  readonly holder: string;
  readonly status: string;
  readonly input: JsonObject;
  readonly output: Json;
  readonly below: boolean;
}

const place = fc.constantFrom<Pick<Piece, 'set' | 'holder' | 'below'>>(
  { set: 'MediaProcessResultSet', holder: 'TranscodeTask', below: false },
  { set: 'MediaProcessResultSet', holder: 'SnapshotByTimeOffsetTask', below: false },
  { set: 'AiContentReviewResultSet', holder: 'PornTask', below: false },
  { set: 'AiAnalysisResultSet', holder: 'NewTask', below: false },
  { set: 'NewResultSet', holder: 'NewTask', below: false },
  { set: 'ActivityResultSet', holder: 'CoverTask', below: true },
);
const pieces = fc.array(
  fc
    .tuple(place, fc.constantFrom('SUCCESS', 'FAIL', 'PROCESSING', 'Error'), object, value)
    .map(([where, status, input, output]): Piece => ({ ...where, status, input, output })),
  { maxLength: 5 },
);

function bodyOf(all: readonly Piece[], members: JsonObject): JsonObject {
  const sets: Record<string, Json[]> = {};
  for (const [at, { set, holder, status, input, output, below }] of all.entries()) {
    const held = { [holder]: { Status: status, Input: { ...input, Definition: at + 1 }, Output: output } };
    const analysis = { Status: 'SUCCESS', Input: { Definition: at + 1 }, Output: [held] };
    (sets[set] ??= []).push(below ? { ActivityResItem: { AnalysisTask: analysis } } : held);
  }
  return { EventType: 'ScheduleTask', ScheduleTaskEvent: { TaskId: 't-1', Status: 'FINISH', ...members, ...sets } };
}

const subtaskOf = (answer: TaskView, at: number, { below }: Piece): SubtaskView =>
  answer.subtasks.find(({ key, definition }) => definition === String(at + 1) && key.includes('/') === below)!;

describe('what the provider gave', () => {
  test('is in the answer as given: every member of Input, Output and MetaData but null and secrets', () => {
    checkProperty(
      fc.property(pieces, object, object, object, (all, InputInfo, Output, MetaData) => {
        const answer = answerOf(bodyOf(all, { InputInfo, Output, MetaData }));
        expect(answer.input).toEqual(given(InputInfo));
        expect(answer.output).toEqual(given(Output));
        expect(answer.metadata ?? {}).toEqual(given(MetaData));
        for (const [at, piece] of all.entries()) {
          const subtask = subtaskOf(answer, at, piece);
          expect(subtask.input).toEqual(given({ ...piece.input, Definition: at + 1 }));
          if (piece.status !== 'PROCESSING') expect(subtask.output).toEqual(given(piece.output));
        }
      }),
      300,
    );
  });
});

/** Values that come to nothing in key form. */
const nothing = fc.constantFrom<Json | undefined>(
  ...[undefined, null, '', 0, false, [], {}, '0000-00-00T00:00:00Z', { A: null }, { A: { B: [] } }, [{}], [{ A: 0 }]],
);

/** A tree with what says nothing, in every object, said in another way; the innermost first. */
function respelled(tree: Json, draw: () => Json | undefined): Json {
  if (Array.isArray(tree)) return (tree as readonly Json[]).map((element) => respelled(element, draw));
  if (typeof tree !== 'object' || tree === null) return tree;
  const members = Object.entries(tree).map(([member, inner]): [string, Json | undefined] => [
    member,
    ['{}', '[]', '0', '""', 'false', 'null', '"0000-00-00T00:00:00Z"'].includes(keyText(inner ?? null))
      ? draw()
      : respelled(inner, draw),
  ]);
  const extra = ['SessionId', 'Output', 'ErrCode', 'Message', 'Progress', 'FinishTime', 'Zero'].map(
    (member): [string, Json | undefined] => [member, Object.hasOwn(tree, member) ? undefined : draw()],
  );
  const all = [...extra.filter(([member]) => !Object.hasOwn(tree, member)), ...members];
  return Object.fromEntries(all.filter(([, member]) => member !== undefined)) as Json;
}

/** A task without the members that may be spelled in two ways: their key forms in place of them. */
function inKeyForm(view: TaskView): unknown {
  const plain = (one: Json): string => keyText(one).replace(/^(\[\]|\{\}|0|""|false|"0000-00-00T00:00:00Z")$/, 'null');
  const { input, output, metadata, subtasks, ...rest } = view;
  const told = subtasks.map(({ input: had, output: made, ends, ...one }) => ({
    ...{ ...one, had: plain(had), made: plain(made) },
    ends: ends.map((end) => ({ ...end, output: plain(end.output) })),
  }));
  return { ...rest, input: plain(input), output: plain(output), metadata: plain(metadata), told };
}

describe('two spellings of one notification that differ in defaults only', () => {
  const spelling = fc.tuple(pieces, object, object, fc.infiniteStream(nothing));

  test('give the same task but for those members, the same subtask keys, and nothing revised or contradicted', () => {
    checkProperty(
      fc.property(spelling, ([all, Output, MetaData, stream]) => {
        const one = bodyOf(all, { Output, MetaData, InputInfo: Output });
        const other = respelled(one, () => stream.next().value as Json | undefined) as JsonObject;
        const [first, second, both] = [answerOf(one), answerOf(other), answerOf(one, other)];
        expect(second.subtasks.map(({ key }) => key)).toEqual(first.subtasks.map(({ key }) => key));
        expect(inKeyForm(second)).toEqual(inKeyForm(first));
        expect(inKeyForm(both)).toEqual(inKeyForm(first));
      }),
      300,
    );
  });

  test('and that are the same but for the order of members have the same events', () => {
    const turned = (tree: Json): Json => {
      if (Array.isArray(tree)) return (tree as readonly Json[]).map(turned);
      if (typeof tree !== 'object' || tree === null) return tree;
      return Object.fromEntries(
        Object.entries(tree)
          .reverse()
          .map(([member, inner]) => [member, turned(inner)]),
      );
    };
    checkProperty(
      fc.property(pieces, object, (all, Output) => {
        const body = bodyOf(all, { Output });
        const told = (one: JsonObject) => eventsOf(one).filter(({ type }) => type !== 'notification.received');
        expect(told(turned(body) as JsonObject)).toEqual(told(body));
      }),
      200,
    );
  });
});
