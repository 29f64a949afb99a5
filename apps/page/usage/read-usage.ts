import type { AnswerOf, QueryOf } from '../api/answers';
import { read } from '../api/client';
import type { ShownTemplate } from './shown-template';

export interface ReadUsage {
  readonly total: AnswerOf<'listUsage'>['total'];
  readonly items: AnswerOf<'listUsage'>['items'];
  /** There are more items than were read. */
  readonly isCut: boolean;
}

const PAGE_SIZE = 200;
const MOST_PAGES = 10;

type UsageQuery = NonNullable<QueryOf<'listUsage'>>;

export interface UsageReading {
  readonly query: Pick<UsageQuery, 'ended_after' | 'by' | 'subtask_kind' | 'definition'>;
  /** Default 10, of 200 sums each. */
  readonly mostPages?: number;
  readonly signal?: AbortSignal;
}

/** Reads sums, page by page. */
export async function readUsage({ query, mostPages = MOST_PAGES, signal }: UsageReading): Promise<ReadUsage> {
  const stop = signal === undefined ? {} : { signal };
  const { body } = await read('listUsage', { query: { ...query, limit: PAGE_SIZE }, ...stop });
  const items = [...body.items];
  let cursor = body.next_cursor;
  for (let page = 1; cursor !== null && page < mostPages; page += 1) {
    const more = await read('listUsage', { query: { cursor, limit: PAGE_SIZE }, ...stop });
    items.push(...more.body.items);
    cursor = more.body.next_cursor;
  }
  return { total: body.total, items, isCut: cursor !== null };
}

/** The days of a template, or of all. */
export function readDays(begin: string, template: ShownTemplate | null, signal: AbortSignal): Promise<ReadUsage> {
  const filter = template === null ? {} : { subtask_kind: [template.kind] };
  if (template === null || template.definition !== null) {
    const one = template === null ? filter : { ...filter, definition: [template.definition ?? ''] };
    return readUsage({ query: { ended_after: begin, by: ['day'], ...one }, signal });
  }
  // No parameter asks for those that have no definition.
  return readUsage({ query: { ended_after: begin, by: ['day', 'definition'], ...filter }, signal }).then((read) => ({
    ...read,
    items: read.items.filter(({ definition }) => definition === null),
  }));
}
