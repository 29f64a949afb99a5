import { badParameters, makeParameterReader } from '@mps-ledger/platform';
import { findPast, readEvents, visibleTaskKey } from '@mps-ledger/read-model';
import type { PastTask, PlacedEvent, PlaceOfRecord, ReadModel } from '@mps-ledger/read-model';
import { contestKey, Contests, describeTask, explainedValues, makeFolding } from '@mps-ledger/tasks';
import type { ExplainedValues } from '@mps-ledger/tasks';
import { asOfHeader } from '../http/answer';
import type { Answer } from '../http/answer';
import type { Filter } from '../http/cursor';
import { listStart, pageOf } from '../http/paging';
import type { List } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { inTurn } from './fold-past';
import { nothingThere } from './get-past-task';
import { accountOf } from './task-of-account';
import { WHY_FILTERS } from './task-parameters';
import { explanation } from './why-answer';

export interface WhyRequest extends PositionOptions {
  /** Null: of whichever account has it. */
  readonly account: string | null;
  /** Exact. */
  readonly taskId: string;
  /** Null: the newest. */
  readonly version: number | null;
  readonly filter: Filter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

/** The version that a list of explanations is of, and how many of them were shown. */
type WhyPlace = readonly [version: string, shown: string];

const isWhyPlace = (after: readonly string[]): after is WhyPlace =>
  after.length === 2 && after.every((text) => /^(?:0|[1-9]\d{0,8})$/.test(text));

const filterOf = makeParameterReader(WHY_FILTERS);

/** Answers a page of explanations: for each shown value, what set it, and what lost against it. */
export function getTaskWhy(context: QueryContext, request: WhyRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => pageOfWhy(context, request));
}

async function pageOfWhy(context: QueryContext, request: WhyRequest): Promise<Answer> {
  const { visible, taskId, cursor, limit, disconnected } = request;
  const account = await accountOf(context, request);
  const key = visibleTaskKey(visible, account, taskId);
  const list: List<WhyPlace> = { name: `why ${key.toString('hex')}`, filterOf, isPlace: isWhyPlace };
  const { filter, after, cursorAfter } = await listStart(context.cursors, list, request.filter, cursor);
  const version = versionOf(request.version, after);
  const page = pageOf(limit);
  return inTurn(context, key, async (model) => {
    const first = await findPast(model, key, { version: version ?? 1 });
    const newest = first.known?.version ?? 0;
    const found = version === null && newest > 1 ? await findPast(model, key, { version: newest }) : first;
    const { freshness, past } = found;
    if (past === null) throw nothingThere(request.account, taskId, { version: version ?? 1 }, found);
    const all = (await valuesOf(model, key, past, disconnected)).filter((one) => isAsked(one, filter));
    const from = Number(after?.[1] ?? 0);
    const values = all.slice(from, from + page.limit);
    const contests = await contestsOf(model, key, past.place, values, disconnected);
    const more = from + values.length < all.length;
    const next_cursor = cursorAfter(more ? [String(past.version), String(from + values.length)] : null);
    return {
      freshness,
      headers: asOfHeader(freshness, past.place),
      next: { cursor: next_cursor, limit: page.limit, account },
      body: () => ({
        version: past.version,
        items: values.map((one) => explanation(one, contests, freshness)),
        next_cursor,
      }),
    };
  });
}

/** That of the cursor, which stays on the version that it began with. */
function versionOf(asked: number | null, after: WhyPlace | null): number | null {
  if (after === null) return asked;
  const carried = Number(after[0]);
  if (asked === null || asked === carried) return carried;
  const detail = `The cursor is of version ${carried}, and carries it: omit at_version, or start again without the cursor.`;
  throw badParameters([{ where: 'query.at_version', detail }]);
}

async function valuesOf(
  model: ReadModel,
  key: Buffer,
  { place, parked, incomplete }: PastTask,
  disconnected: AbortSignal,
): Promise<readonly ExplainedValues[]> {
  const folding = makeFolding();
  for await (const page of readEvents(model, key, place)) {
    folding.add(page.map(({ event }) => event));
    if (disconnected.aborted) break;
  }
  return explainedValues(describeTask(folding.state(), parked, incomplete));
}

function isAsked({ subtask, shown }: ExplainedValues, filter: Filter): boolean {
  const names = Object.keys(shown).map((name) => name.split('/', 1)[0]);
  const { subtask: ofSubtask, value } = filter;
  return (
    (ofSubtask === undefined || subtask === ofSubtask) && (value === undefined || names.some((name) => name === value))
  );
}

/** What the history says of the values of a page: nothing else of it is kept. */
async function contestsOf(
  model: ReadModel,
  key: Buffer,
  place: PlaceOfRecord,
  values: readonly ExplainedValues[],
  disconnected: AbortSignal,
): Promise<Contests<PlaceOfRecord>> {
  const sources = values.map(({ source }) => source);
  const contests = new Contests<PlaceOfRecord>(new Set(sources.map((one) => contestKey(one.subtask, one.value))));
  const subtasks = new Set(sources.map(({ subtask }) => subtask));
  const isAbout = ({ event: { data } }: PlacedEvent): boolean => subtasks.has('key' in data ? data.key : null);
  for await (const page of readEvents(model, key, place)) {
    for (const one of page) if (isAbout(one)) contests.add(one.event, one.place);
    if (disconnected.aborted) break;
  }
  return contests;
}
