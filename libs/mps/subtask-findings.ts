import type { SubtaskReportData, SubtaskSucceededData } from '@mps-ledger/tasks';

import { textOf } from './canonical';
import { errorCodeOf } from './error-code';
import { finding } from './finding';
import type { Finding } from './finding';
import { own, pick } from './json';
import type { JsonObject } from './json';
import type { Subtask } from './subtasks';

/** Nothing of Progress, Message or code of what is still open: only an end has them. */
const REPORT = ['Status', 'Input'];
const END = [...REPORT, 'BeginProcessTime', 'FinishTime'];
const ERROR = ['ErrCode', 'ErrCodeExt', 'Message'];

/** What a notification says of its subtasks, in the order given; twins are counted after the last of them. */
export function subtaskFindings(subtasks: readonly Subtask[]): readonly Finding[] {
  const twins = new Map<string, Subtask[]>();
  for (const subtask of subtasks) {
    const alike = twins.get(subtask.key);
    if (alike === undefined) twins.set(subtask.key, [subtask]);
    else alike.push(subtask);
  }
  return subtasks.flatMap((subtask) => {
    const alike = twins.get(subtask.key) ?? [];
    const counted = alike.length > 1 && alike.at(-1) === subtask ? [countedFinding(subtask, alike)] : [];
    return [...statusFindings(subtask), ...counted];
  });
}

function statusFindings(subtask: Subtask): readonly Finding[] {
  const { key, holder } = subtask;
  const report = pick(holder, REPORT);
  const details = reportDetails(subtask, report);
  switch (textOf(own(holder, 'Status')) ?? '') {
    case 'WAITING':
      return [finding('subtask.queued', key, report, details)];
    case 'PROCESSING':
      return [finding('subtask.started', key, report, details), ...progressFinding(subtask)];
    case 'SUCCESS':
      return [succeededFinding(subtask)];
    case 'FAIL':
      return [failedFinding(subtask)];
    default:
      return [finding('subtask.reported', key, report, details)];
  }
}

function subject({ key, kind, definition }: Subtask): Pick<Subtask, 'key' | 'kind' | 'definition'> {
  return { key, kind, definition };
}

type Details<Data> = Omit<Data, 'account' | 'task_id'>;

function reportDetails(subtask: Subtask, evidence: JsonObject): Details<SubtaskReportData> {
  return { ...subject(subtask), status: textOf(evidence['Status']), input: evidence['Input'] };
}

function progressFinding(subtask: Subtask): readonly Finding[] {
  const given = own(subtask.holder, 'Progress');
  if (typeof given !== 'number' || given <= 0) return [];
  const progress = Math.min(given, 100);
  return [finding('subtask.progressed', subtask.key, { Progress: progress }, { ...subject(subtask), progress })];
}

function endEvidence({ holder, output }: Subtask): JsonObject {
  return { ...pick(holder, END), ...(output !== undefined && { Output: output }) };
}

function endDetails(subtask: Subtask, evidence: JsonObject): Details<SubtaskSucceededData> {
  return {
    ...reportDetails(subtask, evidence),
    begin_process_time: textOf(evidence['BeginProcessTime']),
    finish_time: textOf(evidence['FinishTime']),
    output: evidence['Output'],
  };
}

function succeededFinding(subtask: Subtask): Finding {
  const evidence = endEvidence(subtask);
  return finding('subtask.succeeded', subtask.key, evidence, endDetails(subtask, evidence), evidence['FinishTime']);
}

function failedFinding(subtask: Subtask): Finding {
  const evidence = { ...endEvidence(subtask), ...pick(subtask.holder, ERROR) };
  const details = {
    ...endDetails(subtask, evidence),
    error_code: errorCodeOf(evidence['ErrCode']),
    error_code_ext: textOf(evidence['ErrCodeExt']),
    message: textOf(evidence['Message']),
  };
  return finding('subtask.failed', subtask.key, evidence, details, evidence['FinishTime']);
}

function countedFinding(subtask: Subtask, twins: readonly Subtask[]): Finding {
  const ended = (status: string) => twins.filter((twin) => own(twin.holder, 'Status') === status).length;
  const counts = { total: twins.length, succeeded: ended('SUCCESS'), failed: ended('FAIL') };
  return finding('subtask.counted', subtask.key, counts, { ...subject(subtask), ...counts });
}
