import { isEmpty } from '@mps-ledger/tasks';
import type { ListedCounts, TaskKind } from '@mps-ledger/tasks';

import type { Content } from './evidence';
import type { Finding } from './finding';
import { isObject, own, pick } from '../document/json';
import type { JsonObject } from '../document/json';
import { reportedStatus } from './status';

/** A task as one notification shows it, independent of the notification's shape. All in content form. */
export interface TaskReport {
  readonly kind: TaskKind;
  /** The task's own object: Status, InputInfo, MetaData, result sets, and so on. */
  readonly body: JsonObject;
  /** The object with SessionId and SessionContext. */
  readonly session: JsonObject;
}

const SESSION = ['SessionId', 'SessionContext'];
const REPORT = ['Status', 'CreateTime', 'BeginProcessTime'];
const END = ['FinishTime', 'Output', 'Type', 'IsDetected', 'Result'];
const ERROR = ['ErrCode', 'Message'];

type EvidenceOf = Content['evidenceOf'];

/** The findings about the task itself: the metadata of its input, and its status with the listed subtasks. */
export function taskFindings(report: TaskReport, listed: ListedCounts, evidenceOf: EvidenceOf): readonly Finding[] {
  return [...mediaFinding(report, evidenceOf), statusFinding(report, listed, evidenceOf)];
}

function statusFinding({ kind, body, session }: TaskReport, listed: ListedCounts, evidenceOf: EvidenceOf): Finding {
  const said = { kind, ...pick(session, SESSION), Listed: listed };
  const report = [...REPORT, inputOf(kind, body)];
  const status = reportedStatus(body);
  switch (status) {
    case 'queued':
      return { type: 'task.queued', evidence: evidenceOf(body, report, said), time: own(body, 'CreateTime') };
    case 'processing':
      return { type: 'task.started', evidence: evidenceOf(body, report, said), time: own(body, 'BeginProcessTime') };
    case 'finished': {
      const evidence = withError(
        evidenceOf(body, [...report, ...END], said),
        evidenceOf(body, [...report, ...END, ...ERROR], said),
      );
      return { type: 'task.finished', evidence, time: own(body, 'FinishTime') };
    }
    case 'succeeded':
    case 'failed':
    case undefined:
      return { type: 'task.reported', evidence: evidenceOf(body, report, said) };
  }
  return status satisfies never;
}

/** The members that describe the input of a task, by kind. */
const INPUTS: ReadonlyMap<TaskKind, readonly string[]> = new Map([
  ['batch', ['InputInfos']],
  ['live', ['InputInfo', 'Input', 'Url']],
]);

/** The first of the kind's input members that is not empty; an empty one only if there is no other. */
function inputOf(kind: TaskKind, body: JsonObject): string {
  const names = INPUTS.get(kind) ?? ['InputInfo', 'Input'];
  const given = names.filter((name) => own(body, name) !== undefined);
  return given.find((name) => !isEmpty(own(body, name))) ?? given[0] ?? 'InputInfo';
}

/**
 * The evidence of an end. Message is meaningless for a success ("", "SUCCESS", even "SUCCESS" while processing), so it is kept with
 * an error only. An ErrCode that was dropped because it was not finite is an error.
 */
function withError(good: JsonObject, bad: JsonObject): JsonObject {
  const code = own(bad, 'ErrCode');
  const lost = own(bad, 'NotFinite');
  const isError = code === undefined ? Array.isArray(lost) && lost.includes('ErrCode') : !isEmpty(code) && code !== '0';
  return isError ? bad : good;
}

function mediaFinding({ kind, body }: TaskReport, evidenceOf: EvidenceOf): readonly Finding[] {
  if (kind === 'batch' && !isEmpty(own(body, 'Metadatas'))) {
    return [{ type: 'media.probed', evidence: evidenceOf(body, ['Status', 'Metadatas']) }];
  }
  const media = own(body, 'MetaData');
  if (!isObject(media) || Object.keys(media).length === 0) return [];
  return [{ type: 'media.probed', evidence: evidenceOf(body, ['Status', 'MetaData']) }];
}
