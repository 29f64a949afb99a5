import type { SimulatedItem } from '../catalogue/live-kinds';
import type { BodyObject, BodyValue } from './json';
import type { BodyContext } from './task-body';

const NO_RESULTS: BodyObject = {
  ProcessEofInfo: null,
  AiReviewResultInfo: null,
  AiRecognitionResultInfo: null,
  AiQualityControlResultInfo: null,
};

/** The message of a live notification: results of a live stream, all of one kind, or its end. */
export function liveEnvelope({ plan, view, random }: BodyContext): BodyObject {
  if (view.word === 'FINISH') {
    const eof = { ErrCode: view.end?.code ?? 0, Message: view.end?.message ?? '' };
    return { NotificationType: 'ProcessEof', TaskId: plan.taskId, ...NO_RESULTS, ProcessEofInfo: eof };
  }
  const items = view.items ?? [];
  const [kind] = items.map((one) => one.kind);
  if (kind === undefined) {
    return { NotificationType: 'AiRecognitionResult', TaskId: plan.taskId, ...NO_RESULTS };
  }
  const [info = '', outer = '', inner] = kind.path;
  const found = items.map((item) => itemBody(item, random.between(80, 99)));
  const set = inner === undefined ? found : [{ Type: kind.type, [inner]: found }];
  return { NotificationType: kind.notificationType, TaskId: plan.taskId, ...NO_RESULTS, [info]: { [outer]: set } };
}

function itemBody({ kind, text, start, end, steady, speaker }: SimulatedItem, confidence: number): BodyObject {
  const members: Record<string, BodyValue> = {};
  if (kind.text !== null) members[kind.text] = text;
  if (kind.offsets === null) return { ...members, Size: 1000, Duration: 60, StartTime: '2026-01-15T04:00:00Z' };
  members[kind.offsets[0]] = start;
  members[kind.offsets[1]] = end;
  return {
    ...members,
    Confidence: confidence,
    ...(kind.isSubtitle && { SteadyState: steady, UserId: speaker, StartTime: '2026-01-15T04:00:00Z' }),
  };
}
