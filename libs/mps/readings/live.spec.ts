import { describeTask, fold, initialState } from '@mps-ledger/tasks';
import type { LiveResultData, TaskEvent } from '@mps-ledger/tasks';

import { interpret } from '../interpret';
import { notificationWith } from '../testing/notification';

const derive = (body: unknown): readonly TaskEvent[] => interpret(notificationWith(body));
const types = (body: unknown): readonly string[] => derive(body).map(({ type }) => type);
const dataOf = (body: unknown): unknown => derive(body)[0]?.data;
const taskOf = (...bodies: readonly unknown[]) => describeTask(fold(initialState, bodies.flatMap(derive)), 0);

const heard = { Text: 'hello', StartPtsTime: 1, EndPtsTime: 2, SteadyState: false };
const results = {
  AiRecognitionResultInfo: {
    ResultSet: [{ Type: 'AsrFullTextRecognition', AsrFullTextRecognitionResultSet: [heard] }],
  },
};
const result = { NotificationType: 'AiRecognitionResult', TaskId: 't-1', ...results };
const eof = (info: unknown, more: object = {}) => ({
  NotificationType: 'ProcessEof',
  TaskId: 't-1',
  ProcessEofInfo: info,
  ...more,
});

describe('a live notification', () => {
  it('is one result, made of all its members but those of its delivery', () => {
    const body = {
      ...result,
      ...{
        SessionId: 's',
        SessionContext: 'c',
        Timestamp: 1,
        Sign: 'x',
        RequestId: 'r',
        Extra: { A: 0 },
        ProcessEofInfo: null,
      },
    };
    expect(types(body)).toEqual(['live.result-reported', 'notification.received']);
    expect(dataOf(body)).toEqual({
      ...{ account: 'default', task_id: 't-1', notification_type: 'AiRecognitionResult' },
      ...{ session_id: 's', session_context: 'c', results: { ...results, Extra: { A: 0 } } },
    });
    expect(derive(body).at(-1)?.data).toMatchObject({ kind: 'live', event_type: 'AiRecognitionResult' });
    expect(derive(body).at(-1)?.data).not.toHaveProperty('reason');
  });

  it('has the same id whenever it was signed, and another one with another result', () => {
    const [first] = derive({ ...result, Timestamp: 1, Sign: 'x' });
    const [again] = derive({ ...result, Timestamp: 2, Sign: 'y', RequestId: 'r' });
    const [other] = derive({ ...result, AiRecognitionResultInfo: { ResultSet: [] } });
    expect(again?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
  });

  it('is the same in the member Response', () => {
    expect(derive({ Response: { ...result, RequestId: 'r' } })[0]?.id).toBe(derive(result)[0]?.id);
  });

  it('of an unknown type keeps its members', () => {
    const data = dataOf({ NotificationType: 'NewResult', TaskId: 't-1', NewResultInfo: { X: [1] } }) as LiveResultData;
    expect(data).toMatchObject({ notification_type: 'NewResult', results: { NewResultInfo: { X: [1] } } });
  });

  it('without its results says so, and is of a live task', () => {
    const body = { NotificationType: 'AiReviewResult', TaskId: 't-1', AiReviewResultInfo: null };
    expect(derive(body).at(-1)?.data).toMatchObject({ marks: ['body-missing'] });
    expect(taskOf(body)).toMatchObject({ kind: 'live', status: 'processing', live: null });
  });

  it('whose members are called like members of evidence does not make them its own', () => {
    const body = { ...result, kind: 'x', NotFinite: 'y', Results: 1, Listed: {}, Status: 'FINISH' };
    expect(dataOf(body)).toEqual({
      ...{ account: 'default', task_id: 't-1', notification_type: 'AiRecognitionResult' },
      results: { ...results, kind: 'x', NotFinite: 'y', Results: 1, Listed: {}, Status: 'FINISH' },
    });
  });

  it('that lost a number says so', () => {
    expect(dataOf(JSON.stringify({ ...result, X: 7 }).replace('7}', '1e400}'))).toMatchObject({
      not_finite: ['Results'],
    });
  });
});

describe('the end of a live stream', () => {
  it('is terminal, with its ErrCode and Message', () => {
    const body = eof({ ErrCode: 4002, Message: 'no data' }, { SessionId: 's' });
    expect(types(body)).toEqual(['live.ended', 'notification.received']);
    expect(dataOf(body)).toEqual({
      ...{ account: 'default', task_id: 't-1', session_id: 's', error_code: 4002, message: 'no data' },
    });
    expect(taskOf(body)).toMatchObject({
      kind: 'live',
      status: 'finished',
      outcome: 'failed',
      error_code: 4002,
      session_id: 's',
    });
  });

  it.each([[{ ErrCode: 0, Message: '' }], [{ ErrCode: '0' }], [{}], [null], [['x']]])(
    'with %j is a success',
    (info) => {
      expect(taskOf(eof(info))).toMatchObject({ status: 'finished', outcome: 'succeeded', contradicted: false });
    },
  );

  it('with an ErrCode beyond all numbers is a failure', () => {
    const body = JSON.stringify(eof({ ErrCode: 7 })).replace('7}', '1e400}');
    expect(taskOf(body)).toMatchObject({ outcome: 'failed' });
  });

  it('with results gives those too', () => {
    expect(types(eof({ ErrCode: 0 }, results))).toEqual([
      'live.result-reported',
      'live.ended',
      'notification.received',
    ]);
  });

  it('accepts results after it, in any order with the same task', () => {
    const late = taskOf(eof({ ErrCode: 0 }), result);
    expect(late).toMatchObject({ status: 'finished', outcome: 'succeeded', live: { start_offset: 1, end_offset: 2 } });
    expect(taskOf(result, eof({ ErrCode: 0 }))).toEqual(late);
  });
});
