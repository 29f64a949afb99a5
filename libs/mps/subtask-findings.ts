import { textOf } from './canonical';
import type { Finding } from './finding';
import { own, pick } from './json';
import type { JsonObject } from './json';
import { normalForm } from './normal-form';
import type { Subtask } from './subtasks';

/** Nothing of Progress, Message or code of what is still open: only an end has them. */
const REPORT = ['Status', 'Input'];
const END = ['Status', 'Input', 'BeginProcessTime', 'FinishTime'];
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
  const { holder } = subtask;
  switch (textOf(own(holder, 'Status')) ?? '') {
    case 'WAITING':
      return [{ type: 'subtask.queued', subtask, evidence: pick(holder, REPORT) }];
    case 'PROCESSING':
      return [{ type: 'subtask.started', subtask, evidence: pick(holder, REPORT) }, ...progressFinding(subtask)];
    case 'SUCCESS':
      return [{ type: 'subtask.succeeded', subtask, evidence: endEvidence(subtask), time: own(holder, 'FinishTime') }];
    case 'FAIL': {
      const evidence = { ...endEvidence(subtask), ...pick(holder, ERROR) };
      return [{ type: 'subtask.failed', subtask, evidence, time: own(holder, 'FinishTime') }];
    }
    default:
      return [{ type: 'subtask.reported', subtask, evidence: pick(holder, REPORT) }];
  }
}

function progressFinding(subtask: Subtask): readonly Finding[] {
  const given = own(subtask.holder, 'Progress');
  if (typeof given !== 'number' || given <= 0) return [];
  return [{ type: 'subtask.progressed', subtask, evidence: { Progress: Math.min(given, 100) } }];
}

function endEvidence({ holder, output }: Subtask): JsonObject {
  const evidence = pick(holder, END);
  return output === undefined ? evidence : { ...evidence, Output: output };
}

function countedFinding(subtask: Subtask, twins: readonly Subtask[]): Finding {
  const ended = (status: string) => twins.filter((twin) => own(twin.holder, 'Status') === status).length;
  const counts = { total: twins.length, succeeded: ended('SUCCESS'), failed: ended('FAIL') };
  return { type: 'subtask.counted', subtask, evidence: normalForm(counts), counts };
}
