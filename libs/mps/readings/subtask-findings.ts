import type { Content } from './evidence';
import type { Finding } from './finding';
import { own } from '../document/json';
import type { JsonObject } from '../document/json';
import { reportedStatus } from './status';
import type { ReportedStatus } from './status';
import type { FoundSubtask } from './subtasks';

/** Progress, Message and ErrCode are left out while a subtask is open: they count for an end only. */
const REPORT = ['Status', 'Input'];
const END = ['Status', 'Input', 'BeginProcessTime', 'FinishTime'];
const FAILED_END = [...END, 'ErrCode', 'Message'];

type EvidenceOf = Content['evidenceOf'];

/**
 * The findings about the subtasks of a notification: the counts of twins, then each subtask in the given order. `atEnd` is whether
 * the notification also reports the task as finished.
 */
export function subtaskFindings(
  subtasks: readonly FoundSubtask[],
  atEnd: boolean,
  evidenceOf: EvidenceOf,
): readonly Finding[] {
  const open: JsonObject = atEnd ? { AtEnd: true } : {};
  return [
    ...countedFindings(subtasks, evidenceOf),
    ...subtasks.flatMap((subtask) => statusFindings(subtask, open, evidenceOf)),
  ];
}

const OPEN_TYPES = { queued: 'subtask.queued', processing: 'subtask.started' } as const;

function statusFindings(subtask: FoundSubtask, open: JsonObject, evidenceOf: EvidenceOf): readonly Finding[] {
  const { holder, output, codeMember = 'ErrCodeExt' } = subtask;
  const time = own(holder, 'FinishTime');
  const ended: JsonObject = output === undefined ? {} : { Output: output };
  const status = reportedStatus(holder);
  switch (status) {
    case 'succeeded':
      return [{ type: 'subtask.succeeded', subtask, evidence: evidenceOf(holder, END, ended), time }];
    case 'failed':
      return [
        { type: 'subtask.failed', subtask, evidence: evidenceOf(holder, [...FAILED_END, codeMember], ended), time },
      ];
    case 'queued':
    case 'processing': {
      const report: Finding = { type: OPEN_TYPES[status], subtask, evidence: evidenceOf(holder, REPORT, open) };
      return status === 'processing' ? [report, ...progressFinding(subtask)] : [report];
    }
    case 'finished':
    case undefined:
      return [{ type: 'subtask.reported', subtask, evidence: evidenceOf(holder, REPORT, open) }];
  }
  return status satisfies never;
}

function progressFinding(subtask: FoundSubtask): readonly Finding[] {
  const given = own(subtask.holder, 'Progress');
  // Stryker disable next-line EqualityOperator: in normal form a Progress of 0 is absent
  if (typeof given !== 'number' || given <= 0) return [];
  return [{ type: 'subtask.progressed', subtask, evidence: { Progress: Math.min(given, 100) } }];
}

function countedFindings(subtasks: readonly FoundSubtask[], evidenceOf: EvidenceOf): readonly Finding[] {
  const twins = new Map<string, FoundSubtask[]>();
  for (const subtask of subtasks) {
    const alike = twins.get(subtask.key);
    if (alike === undefined) twins.set(subtask.key, [subtask]);
    else alike.push(subtask);
  }
  return [...twins.values()].flatMap((alike) => {
    const [subtask] = alike;
    if (subtask === undefined || alike.length < 2) return [];
    const ended = (how: ReportedStatus) => alike.filter(({ holder }) => reportedStatus(holder) === how).length;
    const counts = { total: alike.length, succeeded: ended('succeeded'), failed: ended('failed') };
    return [{ type: 'subtask.counted', subtask, evidence: evidenceOf({}, [], counts) }];
  });
}
