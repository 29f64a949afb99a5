import { visibleTaskKey } from '@mps-ledger/read-model';
import type { FoundPast, PastPoint, VisibleAccounts } from '@mps-ledger/read-model';
import { initialState } from '@mps-ledger/tasks';
import { asOfHeader, freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import { matches } from '../http/etag';
import type { QueryContext } from '../query-context';
import { foldPast } from './fold-past';
import { describedAnswer } from './task-answer';
import { accountOf } from './task-of-account';
import { beforeFirstEvent, noSuchVersion, taskNotFound } from './task-problems';

export interface PastTaskRequest {
  /** The accounts that the client may see. */
  readonly visible: VisibleAccounts;
  /** Null: of whichever account has it. */
  readonly account: string | null;
  /** Exact. */
  readonly taskId: string;
  readonly point: PastPoint;
  readonly ifNoneMatch: string | undefined;
  readonly disconnected: AbortSignal;
}

/** Answers one task as it was at a point of its history. */
export async function getPastTask(context: QueryContext, request: PastTaskRequest): Promise<Answer> {
  const { visible, account, taskId, point, ifNoneMatch, disconnected } = request;
  const isKnown = (tag: string): boolean => matches(ifNoneMatch, tag);
  const key = visibleTaskKey(visible, await accountOf(context, request), taskId);
  const { state, ...found } = await foldPast(context, { key, point, isKnown, disconnected });
  const { freshness, past } = found;
  if (past === null) throw nothingThere(account, taskId, point, found);
  return {
    freshness,
    tag: past.tag,
    headers: asOfHeader(freshness, past.place),
    body: () => describedAnswer(past, state ?? initialState),
  };
}

/** The problem where a task, or that point of its history, is not there. */
export function nothingThere(
  account: string | null,
  taskId: string,
  point: PastPoint,
  { freshness, known }: FoundPast,
) {
  const headers = freshnessHeaders(freshness);
  if (known === null) return taskNotFound(account, taskId, headers, null);
  return 'version' in point
    ? noSuchVersion(point.version, known.version, headers)
    : beforeFirstEvent(point.at, known.firstLogged, headers);
}
