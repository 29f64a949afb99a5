import * as fc from 'fast-check';

// By its path: jest resolves aliases in specs only, and starts a broker before them (../testing/jest/kafka-setup.ts).
import { TRUSTS } from '../tasks';
import type { Hearing, Json, ListedCounts, TaskEvent, TaskEventType, Trust } from '../tasks';

/** The members of a hearing that differ from the default, a signed callback at nine o'clock. */
export interface HearingOverrides {
  readonly trust?: Trust;
  readonly received?: string;
  readonly causationId?: string;
  readonly occurred?: string | null;
}

type DataOf<Type extends TaskEventType> = Extract<TaskEvent, { type: Type }>['data'];
type Given = 'account' | 'task_id' | 'listed';
type FactOf<Type extends TaskEventType> = Omit<DataOf<Type>, Given> & { readonly listed?: ListedCounts };

/** Event types that list the subtasks of their notification; by default they list none. */
const REPORTS: ReadonlySet<TaskEventType> = new Set(['task.queued', 'task.started', 'task.finished', 'task.reported']);

const SUBJECT = { account: 'default', task_id: 'task-1' };

/**
 * An event of task `task-1` with a hearing. Its id is determined by its content, like a real id, and `occurred` is the fact's finish
 * time if it has one.
 */
export function event<Type extends TaskEventType>(
  type: Type,
  fact: FactOf<Type>,
  heard: HearingOverrides = {},
): TaskEvent {
  const hearing: Hearing = {
    trust: heard.trust ?? 'callback-signed',
    received: heard.received ?? '2026-11-22T09:00:00.000Z',
    causationId: heard.causationId ?? 'n-1',
    rawOffset: 1,
    mapper: 'mps1',
  };
  const finished = (fact as { finish_time?: string }).finish_time;
  const occurred = heard.occurred === undefined ? (finished ?? null) : heard.occurred;
  const id = JSON.stringify([type, fact]);
  const data = { ...SUBJECT, ...(REPORTS.has(type) && { listed: {} }), ...fact };
  return { id, type, occurred, hearing, data } as unknown as TaskEvent;
}

/** The members that identify a subtask in the data of its events. */
export function subtask(key: string): { key: string; kind: string; definition?: string } {
  const own = key.slice(key.lastIndexOf('/') + 1);
  const [kind = '', definition = ''] = own.split(':');
  return definition === '' ? { key, kind } : { key, kind, definition };
}

/** The same event with another hearing. */
export function withHearing(original: TaskEvent, heard: HearingOverrides): TaskEvent {
  const { trust, received, causationId } = { ...original.hearing, ...heard };
  return { ...original, hearing: { ...original.hearing, trust, received, causationId } };
}

const times = fc.constantFrom(
  '2026-11-22T09:00:00.000Z',
  '2026-11-22T09:00:01.000Z',
  '2026-11-22T09:00:02.000Z',
  '2026-11-22T10:00:00.000Z',
);
const maybeTime = fc.option(times, { nil: undefined });
// Values that differ only in defaults have the same key form.
const code = fc.constantFrom<number | string | undefined>(undefined, 0, '', 30010, 70000, 'X');
const codeExt = fc.constantFrom(undefined, '', 'InternalError', 'SourceFileError.NoVideoMedia');
const output = fc.constantFrom<Json | undefined>(
  undefined,
  {},
  { Path: '/a' },
  { Path: '/a', Size: 0 },
  { Path: '/b' },
);
const input = fc.constantFrom<Json | undefined>(
  ...[undefined, {}, { Definition: 10 }, { Definition: 10, StartTimeOffset: 0 }, { Definition: '10' }],
);
const keys = fc.constantFrom(
  ...['Transcode:10:', 'Transcode:10:a1', 'Transcode::', 'AiAnalysis::', 'AiAnalysis::/AiAnalysis.Cover::'],
);
const text = fc.constantFrom(undefined, '', 'a', 'b', '\ud800', '__proto__');
const listed = fc.dictionary(
  fc.constantFrom('Transcode', 'Transcode:10', 'AiAnalysis', 'AiAnalysis/AiAnalysis.Cover', '__proto__', '10'),
  fc.integer({ min: 1, max: 3 }),
);
const not_finite = fc.constantFrom(undefined, undefined, ['ErrCode']);

function facts<Type extends TaskEventType>(type: Type, fact: fc.Arbitrary<FactOf<Type>>): fc.Arbitrary<TaskEvent> {
  return fact.map((one) => event(type, defined(one) as FactOf<Type>));
}

/** Removes undefined members, as in records. */
function defined(fact: object): object {
  return Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined));
}

const kind = fc.constantFrom('workflow' as const, 'schedule' as const, 'edit-media' as const, 'unknown' as const);
const reported = fc.record({ kind, session_id: text, session_context: text, input, listed });
const onSubtask = keys.map(subtask);
const opened = fc
  .tuple(onSubtask, input, fc.constantFrom(undefined, true as const))
  .map(([which, value, at_end]) => ({ ...which, input: value, at_end }));
const succeeded = fc
  .tuple(onSubtask, input, output, maybeTime)
  .map(([which, value, result, finish_time]) => ({ ...which, input: value, output: result, finish_time }));
const failed = fc
  .tuple(succeeded, code, codeExt, text)
  .map(([end, error_code, error_code_ext, message]) => ({ ...end, error_code, error_code_ext, message }));
const count = fc.integer({ min: 0, max: 3 });

const offset = fc.constantFrom<Json>(0, 1.5, 7, '7', -1, null);
const liveItem = fc
  .tuple(fc.constantFrom('a', 'b'), offset, offset, fc.constantFrom(true, false, undefined), fc.constantFrom('', 'u-1'))
  .map(([Text, StartPtsTime, EndPtsTime, SteadyState, UserId]) =>
    defined({ Text, StartPtsTime, EndPtsTime, SteadyState, UserId }),
  );
const result = fc.array(liveItem, { maxLength: 4 }).map((found) => ({
  notification_type: 'AiRecognitionResult',
  results: {
    AiRecognitionResultInfo: {
      ResultSet: [{ Type: 'AsrFullTextRecognition', AsrFullTextRecognitionResultSet: found as Json }],
    },
  },
}));

/** A fact of `task-1` about a live stream. */
const anyLiveFact: fc.Arbitrary<TaskEvent> = fc.oneof(
  facts(
    'live.result-reported',
    fc.tuple(result, text).map(([found, session_id]) => ({ ...found, session_id })),
  ),
  facts('live.ended', fc.record({ error_code: code, message: text, session_id: text, not_finite })),
);

/** A fact of `task-1` of any type, from a small domain, so that facts compete, contradict each other and repeat. */
const anyFact: fc.Arbitrary<TaskEvent> = fc.oneof(
  facts('task.queued', reported),
  facts('task.started', reported),
  facts('task.reported', reported),
  facts(
    'task.finished',
    fc
      .tuple(reported, maybeTime, code, text, output, not_finite)
      .map(([said, finish_time, error_code, message, result, lost]) => ({
        ...{ ...said, finish_time, error_code, message, output: result },
        not_finite: lost,
      })),
  ),
  facts(
    'media.probed',
    fc.record({
      status: fc.constantFrom(undefined, 'PROCESSING', 'FINISH'),
      metadata: fc.dictionary(
        fc.constantFrom('Width', 'Size', 'constructor', '__proto__'),
        fc.integer({ min: 0, max: 2 }),
      ),
    }),
  ),
  facts('subtask.queued', opened),
  facts('subtask.started', opened),
  facts('subtask.reported', opened),
  facts(
    'subtask.progressed',
    fc.tuple(onSubtask, count).map(([which, progress]) => ({ ...which, progress })),
  ),
  facts('subtask.succeeded', succeeded),
  facts('subtask.failed', failed),
  facts(
    'subtask.counted',
    fc
      .tuple(onSubtask, count, count, count)
      .map(([which, total, ended, lost]) => ({ ...which, total, succeeded: ended, failed: lost })),
  ),
  anyLiveFact,
);

/** A fact of `task-1` with any hearing. */
export const anyEvent: fc.Arbitrary<TaskEvent> = fc
  .tuple(anyFact, fc.constantFrom(...TRUSTS), times, fc.constantFrom('n-1', 'n-2', 'n-3'))
  .map(([fact, trust, received, causationId]) => withHearing(fact, { trust, received, causationId }));
