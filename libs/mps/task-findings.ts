import type { TaskKind, TaskReportData } from '@mps-ledger/tasks';

import { textOf } from './canonical';
import { errorCodeOf, isError } from './error-code';
import { finding } from './finding';
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
      return finding('task.queued', null, evidence, reportDetails(report.kind, evidence), evidence['CreateTime']);
    case 'PROCESSING':
      return finding(
        'task.started',
        null,
        evidence,
        reportDetails(report.kind, evidence),
        evidence['BeginProcessTime'],
      );
    case 'FINISH': {
      const error = isError(own(body, 'ErrCode')) ? pick(body, ERROR) : {};
      return endFinding(report.kind, { ...evidence, ...pick(body, END), ...error });
    }
    default:
      return finding('task.reported', null, evidence, reportDetails(report.kind, evidence));
  }
}

function reportEvidence({ kind, body, session }: TaskReport): JsonObject {
  const input = own(body, 'InputInfo') === undefined ? 'Input' : 'InputInfo';
  return { kind, ...pick(session, SESSION), ...pick(body, [...REPORT, input]) };
}

function reportDetails(kind: TaskKind, evidence: JsonObject): Omit<TaskReportData, 'account' | 'task_id'> {
  return {
    kind,
    status: textOf(evidence['Status']),
    session_id: textOf(evidence['SessionId']),
    session_context: textOf(evidence['SessionContext']),
    input: evidence['InputInfo'] ?? evidence['Input'],
    create_time: textOf(evidence['CreateTime']),
    begin_process_time: textOf(evidence['BeginProcessTime']),
  };
}

function endFinding(kind: TaskKind, evidence: JsonObject): Finding {
  const details = {
    ...reportDetails(kind, evidence),
    finish_time: textOf(evidence['FinishTime']),
    error_code: errorCodeOf(evidence['ErrCode']),
    message: textOf(evidence['Message']),
    output: evidence['Output'],
    type: textOf(evidence['Type']),
    is_detected: evidence['IsDetected'],
    result: evidence['Result'],
  };
  return finding('task.finished', null, evidence, details, evidence['FinishTime']);
}

function mediaFinding(body: JsonObject): readonly Finding[] {
  const metadata = own(body, 'MetaData');
  if (!isObject(metadata)) return [];
  const evidence = pick(body, ['Status', 'MetaData']);
  return [finding('media.probed', null, evidence, { status: textOf(evidence['Status']), metadata })];
}
