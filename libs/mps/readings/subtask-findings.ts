import type { Content } from './evidence';
import type { Finding } from './finding';
import { own } from '../document/json';
import type { JsonObject } from '../document/json';
import { standingOf } from './status';
import type { Standing } from './status';
import type { Subtask } from './subtasks';

/** Nothing of Progress, Message or code of what is still open: only an end has them. */
const REPORT = ['Status', 'Input'];
const END = ['Status', 'Input', 'BeginProcessTime', 'FinishTime'];
const FAILED_END = [...END, 'ErrCode', 'ErrCodeExt', 'Message'];

type EvidenceOf = Content['evidenceOf'];

/**
 * What a notification says of its subtasks: how many share a key, and then each of them, in the order given. `atEnd` is
 * whether it also says that the task has finished.
 */
export function subtaskFindings(
  subtasks: readonly Subtask[],
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

function statusFindings(subtask: Subtask, open: JsonObject, evidenceOf: EvidenceOf): readonly Finding[] {
  const { holder, output } = subtask;
  const time = own(holder, 'FinishTime');
  const ended: JsonObject = output === undefined ? {} : { Output: output };
  const standing = standingOf(holder);
  switch (standing) {
    case 'succeeded':
      return [{ type: 'subtask.succeeded', subtask, evidence: evidenceOf(holder, END, ended), time }];
    case 'failed':
      return [{ type: 'subtask.failed', subtask, evidence: evidenceOf(holder, FAILED_END, ended), time }];
    case 'queued':
    case 'processing': {
      const said: Finding = { type: OPEN_TYPES[standing], subtask, evidence: evidenceOf(holder, REPORT, open) };
      return standing === 'processing' ? [said, ...progressFinding(subtask)] : [said];
    }
    case 'finished':
    case undefined:
      return [{ type: 'subtask.reported', subtask, evidence: evidenceOf(holder, REPORT, open) }];
  }
  return standing satisfies never;
}

function progressFinding(subtask: Subtask): readonly Finding[] {
  const given = own(subtask.holder, 'Progress');
  if (typeof given !== 'number' || given <= 0) return [];
  return [{ type: 'subtask.progressed', subtask, evidence: { Progress: Math.min(given, 100) } }];
}

function countedFindings(subtasks: readonly Subtask[], evidenceOf: EvidenceOf): readonly Finding[] {
  const twins = new Map<string, Subtask[]>();
  for (const subtask of subtasks) {
    const alike = twins.get(subtask.key);
    if (alike === undefined) twins.set(subtask.key, [subtask]);
    else alike.push(subtask);
  }
  return [...twins.values()].flatMap((alike) => {
    const [subtask] = alike;
    if (subtask === undefined || alike.length < 2) return [];
    const ended = (how: Standing) => alike.filter(({ holder }) => standingOf(holder) === how).length;
    const counts = { total: alike.length, succeeded: ended('succeeded'), failed: ended('failed') };
    return [{ type: 'subtask.counted', subtask, evidence: evidenceOf({}, [], counts) }];
  });
}
