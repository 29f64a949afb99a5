import { isEmpty } from '@mps-ledger/tasks';
import type { ListedCounts, TaskKind } from '@mps-ledger/tasks';

import type { Content } from './evidence';
import type { Finding } from './finding';
import { isObject, own, pick } from '../document/json';
import type { JsonObject } from '../document/json';
import { standingOf } from './status';

/** A task as one notification shows it, whatever shape that came in. All in content form. */
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

type EvidenceOf = Content['evidenceOf'];

/** What a report says of the task itself: the metadata of its input, and its status, with what it lists. */
export function taskFindings(report: TaskReport, listed: ListedCounts, evidenceOf: EvidenceOf): readonly Finding[] {
  return [...mediaFinding(report.body, evidenceOf), statusFinding(report, listed, evidenceOf)];
}

function statusFinding({ kind, body, session }: TaskReport, listed: ListedCounts, evidenceOf: EvidenceOf): Finding {
  const said = { kind, ...pick(session, SESSION), Listed: listed };
  const report = [...REPORT, inputOf(body)];
  const standing = standingOf(body);
  switch (standing) {
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
  return standing satisfies never;
}

/** InputInfo, or else Input; one that says nothing is taken only where the other is not there. */
function inputOf(body: JsonObject): string {
  const given = ['InputInfo', 'Input'].filter((name) => own(body, name) !== undefined);
  return given.find((name) => !isEmpty(own(body, name))) ?? given[0] ?? 'InputInfo';
}

/**
 * The evidence of an end. Message says nothing of a good end ("", "SUCCESS", even "SUCCESS" while processing), so it goes
 * with an error only. An ErrCode that was left out for being no finite number is an error.
 */
function withError(good: JsonObject, bad: JsonObject): JsonObject {
  const code = own(bad, 'ErrCode');
  const lost = own(bad, 'NotFinite');
  const isError = code === undefined ? Array.isArray(lost) && lost.includes('ErrCode') : !isEmpty(code) && code !== '0';
  return isError ? bad : good;
}

function mediaFinding(body: JsonObject, evidenceOf: EvidenceOf): readonly Finding[] {
  const media = own(body, 'MetaData');
  if (!isObject(media) || Object.keys(media).length === 0) return [];
  return [{ type: 'media.probed', evidence: evidenceOf(body, ['Status', 'MetaData']) }];
}
