import type { Json, TaskKind } from '@mps-ledger/tasks';

import { textOf } from './canonical';
import type { Finding } from './finding';
import { isObject, own, pick } from './json';
import type { JsonObject } from './json';

/** A task as one notification shows it, whatever shape that came in. All in normal form. */
export interface TaskReport {
  readonly kind: TaskKind;
  /** The task's own object: Status, InputInfo, MetaData, result sets, and so on. */
  readonly body: JsonObject;
  /** Where SessionId and SessionContext stand. */
  readonly session: JsonObject;
}

const SESSION = ['SessionId', 'SessionContext'];
const REPORT = ['Status', 'CreateTime', 'BeginProcessTime'];
const END = ['FinishTime', 'Output', 'Type', 'IsDetected', 'Result'];
const ERROR = ['ErrCode', 'Message'];

/** What a report says of the task itself: its status, and the metadata of its input. */
export function taskFindings(report: TaskReport): readonly Finding[] {
  return [statusFinding(report), ...mediaFinding(report.body)];
}

/** Message says nothing of a good end ("", "SUCCESS", even "SUCCESS" while processing), so it goes with an error only. */
function statusFinding(report: TaskReport): Finding {
  const { body } = report;
  const evidence = reportEvidence(report);
  switch (textOf(own(body, 'Status')) ?? '') {
    case 'WAITING':
      return { type: 'task.queued', evidence, time: evidence['CreateTime'] };
    case 'PROCESSING':
      return { type: 'task.started', evidence, time: evidence['BeginProcessTime'] };
    case 'FINISH': {
      const error = isError(own(body, 'ErrCode')) ? pick(body, ERROR) : {};
      const end = { ...evidence, ...pick(body, END), ...error };
      return { type: 'task.finished', evidence: end, time: end['FinishTime'] };
    }
    default:
      return { type: 'task.reported', evidence };
  }
}

function reportEvidence({ kind, body, session }: TaskReport): JsonObject {
  const input = own(body, 'InputInfo') === undefined ? 'Input' : 'InputInfo';
  return { kind, ...pick(session, SESSION), ...pick(body, [...REPORT, input]) };
}

/** An ErrCode that is absent in normal form is 0, and so is the text "0". */
function isError(code: Json | undefined): boolean {
  return code !== undefined && code !== '0';
}

function mediaFinding(body: JsonObject): readonly Finding[] {
  const probed = isObject(own(body, 'MetaData'));
  return probed ? [{ type: 'media.probed', evidence: pick(body, ['Status', 'MetaData']) }] : [];
}
