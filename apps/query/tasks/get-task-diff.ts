import { findPast, visibleTaskKey } from '@mps-ledger/read-model';
import type { Freshness, PastTask } from '@mps-ledger/read-model';
import type { TaskState } from '@mps-ledger/tasks';
import { formatItemPosition } from '@mps-ledger/records';
import type { Answer } from '../http/answer';
import { matches } from '../http/etag';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { foldTwo, inTurn } from './fold-past';
import type { Two } from './fold-past';
import { nothingThere } from './get-past-task';
import { patchBetween } from './json-patch';
import type { PatchOperation } from './json-patch';
import { describedAnswer } from './task-answer';
import { accountOf } from './task-of-account';

export interface DiffRequest extends PositionOptions {
  /** Null: of whichever account has it. */
  readonly account: string | null;
  /** Exact. */
  readonly taskId: string;
  readonly from: number;
  /** Null: the newest version. */
  readonly to: number | null;
  readonly ifNoneMatch: string | undefined;
}

interface Side {
  readonly version: number;
  /** Position of the last record in it. */
  readonly position: string;
  /** When the log took that record. */
  readonly updated: string;
}

/** The difference between two versions, as `GET /v1/tasks/{id}/diff` answers it. */
export interface TaskDiff {
  readonly from: Side;
  readonly to: Side;
  readonly patch: readonly PatchOperation[];
}

/** Answers what changed between two versions of a task: a JSON Patch that turns the answer for one into that for the other. */
export function getTaskDiff(context: QueryContext, request: DiffRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => diffOf(context, request));
}

async function diffOf(context: QueryContext, request: DiffRequest): Promise<Answer> {
  const { visible, account, taskId, from, to, ifNoneMatch, disconnected } = request;
  const key = visibleTaskKey(visible, await accountOf(context, request), taskId);
  return inTurn(context, key, async (model) => {
    const before = await findPast(model, key, { version: from });
    const { freshness, past } = before;
    if (past === null) throw nothingThere(account, taskId, { version: from }, before);
    const newest = before.known?.version ?? from;
    const after = to === from ? before : await findPast(model, key, { version: to ?? newest });
    if (after.past === null) throw nothingThere(account, taskId, { version: to ?? newest }, after);
    const sides = [past, after.past] as const;
    const tag = `${past.tag}.${after.past.tag}`;
    const states = matches(ifNoneMatch, tag) ? null : await foldTwo(model, key, sides, disconnected);
    return { freshness, tag, body: () => (states === null ? {} : shown(freshness, sides, states)) };
  });
}

function shown(freshness: Freshness, [from, to]: Two<PastTask>, [before, after]: Two<TaskState>): TaskDiff {
  const patch = patchBetween(describedAnswer(from, before), describedAnswer(to, after));
  return { from: sideOf(freshness, from), to: sideOf(freshness, to), patch };
}

function sideOf(freshness: Freshness, { version, place, updated }: PastTask): Side {
  const { logId, logGeneration, eventGeneration } = freshness;
  return { version, position: formatItemPosition({ logId, logGeneration, eventGeneration, ...place }), updated };
}
