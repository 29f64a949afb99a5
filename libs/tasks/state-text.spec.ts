import { event, withHearing, subtask } from '@mps-ledger/spec-kit';

import { decodeState, describeTask, encodeState, fold, initialState } from './index';
import type { TaskState } from './index';

const key = subtask('Transcode:10:');
const heard = { trust: 'reconciled', received: '2026-11-22T10:00:00.000Z' } as const;
const events = [
  event('task.finished', {
    ...{ kind: 'workflow', session_id: 's-1', session_context: 'c-1', input: { Object: '/in' } },
    ...{ error_code: 1, message: 'text', output: { Path: '/out' }, listed: { 'Transcode:10': 3, SampleSnapshot: 1 } },
  }),
  event('media.probed', { status: 'FINISH', metadata: { Width: 1, Size: 2 } }),
  event('subtask.failed', { ...key, input: { A: 1 }, error_code: 2, error_code_ext: 'X', message: 'm', output: 'o' }),
  event('subtask.progressed', { ...key, progress: 40 }),
  event('subtask.counted', { ...key, total: 3, succeeded: 1, failed: 2 }),
  event('subtask.started', { ...subtask('SampleSnapshot::'), at_end: true }),
  event('task.started', { kind: 'workflow', listed: { 'Transcode:10': 4 } }),
].map((one) => withHearing(one, heard));
const state = fold(initialState, events);

/** The same object with its members the other way round. */
function turned<Shape extends object>(shape: Shape): Shape {
  return Object.fromEntries(Object.entries(shape).reverse()) as Shape;
}

describe('a state as text', () => {
  it('reads back as all that it was', () => {
    expect(decodeState(encodeState(state))).toEqual(state);
    expect(describeTask(decodeState(encodeState(state)), 0)).toEqual(describeTask(state, 0));
  });

  it('has the members that saved states have, subtasks and metadata by rising key', () => {
    const [finished, probed, failed] = events.map(({ id }) => id) as [string, string, string];
    const rank = { level: 3, trust: 'reconciled', asked: heard.received };
    const claim = (id: string, more: object) => ({
      id,
      end: 'failed',
      trust: rank.trust,
      time: heard.received,
      ...more,
    });
    const transcode = { key: 'Transcode:10:', kind: 'Transcode', definition: '10', level: 3, progress: 40 };
    const snapshot = { key: 'SampleSnapshot::', kind: 'SampleSnapshot', definition: null, level: 2, progress: null };
    expect(JSON.parse(encodeState(state))).toEqual({
      level: 3,
      claims: [claim(finished, { errorCode: 1, message: 'text', output: { Path: '/out' } })],
      kind: { value: 'workflow', ...rank, id: finished },
      input: { value: { Object: '/in' }, ...rank, id: finished },
      sessionId: { value: 's-1', ...rank, id: finished },
      sessionContext: { value: 'c-1', ...rank, id: finished },
      metadata: [
        ['Size', { value: 2, ...rank, id: probed }],
        ['Width', { value: 1, ...rank, id: probed }],
      ],
      subtasks: [
        { ...snapshot, claims: [], twins: null, input: null, atEnd: true },
        {
          ...transcode,
          claims: [claim(failed, { errorCode: 2, errorCodeExt: 'X', message: 'm', output: 'o' })],
          twins: { total: 3, succeeded: 1, failed: 2 },
          input: { value: { A: 1 }, ...rank, id: failed },
          atEnd: false,
        },
      ],
      listed: [
        ['SampleSnapshot', 1, 1],
        ['Transcode:10', 4, 3],
      ],
    });
  });

  it('does not depend on the order in which members and keys came to be', () => {
    const again: TaskState = turned({
      ...state,
      claims: state.claims.map(turned),
      kind: turned(state.kind!),
      input: turned(state.input!),
      sessionId: turned(state.sessionId!),
      sessionContext: turned(state.sessionContext!),
      metadata: new Map([...state.metadata].reverse().map(([name, member]) => [name, turned(member)])),
      subtasks: new Map(
        [...state.subtasks].reverse().map(([name, subtaskState]) => [
          name,
          turned({
            ...subtaskState,
            claims: subtaskState.claims.map(turned),
            twins: subtaskState.twins && turned(subtaskState.twins),
            input: subtaskState.input && turned(subtaskState.input),
          }),
        ]),
      ),
      listed: new Map([...state.listed].reverse().map(([entry, most]) => [entry, turned(most)])),
    });
    expect(encodeState(again)).toBe(encodeState(state));
  });
});
