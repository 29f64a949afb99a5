import { TOPICS } from '@mps-ledger/records';
import { fresh } from './fresh';
import { instantSql } from './instants';

/** What a feed is read from: the events that were applied, the transitions, or the events and what transition each made. */
export type FeedSource = 'facts' | 'state-changes' | 'both';

/** SQL that a filter adds; conditions look at a row `r` of the source. */
export interface FeedConditions {
  /**
   * Only rows of the tasks with these TaskIds (JSON texts) are looked at, an index leads to them: of whichever account, or (not null) of these.
   * Both are SQL of a list of texts. Null: all rows.
   */
  readonly tasks: { readonly ids: string; readonly accounts: string | null } | null;
  /** Which of the rows are shown. `true`: all. */
  readonly shown: string;
}

const TABLE: Readonly<Record<FeedSource, string>> = {
  facts: 'history',
  'state-changes': 'transition',
  both: 'history',
};

const CHANGE = `'raw_offset', t.raw_offset, 'kind', t.kind, 'status', t.status, 'outcome', t.outcome, 'data', t.data`;

/** The members of an item: its event, as a row of history, and its transition. */
const item = (source: FeedSource): string => `json_build_object('partition', i.partition, 'offset', i."offset",
    'task_key', h.task_key::text, 'event_id', h.event_id, 'type', h.type, 'logged', ${instantSql('h.logged')},
    'account', h.account, 'subject', h.subject, 'occurred', ${instantSql('h.occurred')},
    'received', ${instantSql('h.received')}, 'trust', h.trust, 'causation_id', h.causation_id, 'mapper', h.mapper,
    'raw_offset', h.raw_offset, 'traceparent', h.traceparent,
    ${source === 'state-changes' ? `'data', null, 'value', null` : `'data', h.data, 'value', h.value`},
    'change', ${source === 'facts' ? 'null' : `case when t.data is not null then json_build_object(${CHANGE}) end`})`;

/** The keys of the tasks whose rows are looked at: none where a task has not come yet. */
function wantedTasks(schema: string, { ids, accounts }: NonNullable<FeedConditions['tasks']>): string {
  return `wanted as materialized (
  select task.task_key from unnest(${ids}) given (id) cross join lateral (
    select t.task_key from ${schema}.task t
    where t.task_id_json = given.id${accounts === null ? '' : ` and t.account = any (${accounts})`} offset 0
  ) task
),`;
}

/** Rows `r` of a partition: of each task no more than are looked at, so that a long history is not read again for each page. */
function rowsAhead(table: string, isOfTasks: boolean): string {
  const ahead = `r.partition = at.partition and r."offset" >= at.start and r."offset" < at.stop`;
  if (!isOfTasks) return `${table} r where ${ahead}`;
  return `wanted cross join lateral (
      select r.* from ${table} r where r.task_key = wanted.task_key and ${ahead} order by r."offset" limit $3
    ) r`;
}

/** What is looked at, in the order of the feed, what of it is on the page, and where each partition is read up to. */
function stretch(schema: string, source: FeedSource, { tasks, shown }: FeedConditions): string {
  const size =
    source === 'state-changes' ? 'octet_length(r.data)' : 'coalesce(octet_length(r.data), octet_length(r.value))';
  return `${tasks === null ? '' : wantedTasks(schema, tasks)}
seen as (
  select at.partition, row.* from at cross join lateral (
    select r."offset", r.logged, (${shown}) as shown, ${size} as bytes
    from ${rowsAhead(`${schema}.${TABLE[source]}`, tasks !== null)}
    order by r."offset" limit $3
  ) row
),
merged as (
  select partition, "offset", shown, row_number() over w as place,
    count(*) filter (where shown) over w as found, sum(bytes) filter (where shown) over w as bytes
  from (select *, max(logged) over (partition by partition order by "offset") as clock from seen) clocked
  window w as (order by clock, partition, "offset")
),
page as (select * from merged where found <= $4 and (found <= 1 or bytes <= $5)),
reached as (
  select at.partition, at.last_event_id, at.stop, coalesce(taken.last + 1, at.start) as next, taken.last,
    coalesce(all_of.count, 0) < $3 and coalesce(taken.count, 0) = coalesce(all_of.count, 0) as is_end
  from at
  left join (select partition, count(*) as count from seen group by partition) all_of on all_of.partition = at.partition
  left join (select partition, count(*) as count, max("offset") as last from page group by partition) taken
    on taken.partition = at.partition
)`;
}

/**
 * A stretch of a feed, in one statement: freshness, rows and where each partition is read up to are of one snapshot.
 *
 * Partitions are merged by when the log took their records, as long as that keeps each partition in its order: it may go back within one.
 * Of each partition so many rows are looked at; what is shown of all of them ends where number or bytes are reached, the first item comes in any
 * case. $1, $2: offsets from which and before which each partition is read, joined by `-`, null for the beginning and the checkpoint;
 * $3 rows looked at, of each partition; $4 items; $5 bytes.
 */
export function readFeedSql(schema: string, source: FeedSource, conditions: FeedConditions): string {
  return `with ${fresh(schema)},
at as (
  select c.partition, coalesce(f.v::bigint, 0) as start, coalesce(u.v::bigint, c.position) as stop, c.last_event_id
  from ${schema}.checkpoint c
  left join string_to_table($1::text, '-') with ordinality f (v, n) on f.n = c.partition + 1
  left join string_to_table($2::text, '-') with ordinality u (v, n) on u.n = c.partition + 1
  where c.topic = '${TOPICS.events}' and c.partition < (select partitions from fresh)
),
${stretch(schema, source, conditions)}
select fresh.*,
  (select json_agg(json_build_object('partition', r.partition, 'next', r.next, 'stop', r.stop, 'is_end', r.is_end,
      'id', (select event_id from ${schema}.history h where h.partition = r.partition and h."offset" = r.last),
      'last_id', r.last_event_id) order by r.partition) from reached r) as reached,
  (select json_agg(${item(source)} order by i.place)
    from page i join ${schema}.history h on h.partition = i.partition and h."offset" = i."offset"
    ${source === 'facts' ? '' : `left join ${schema}.transition t on t.partition = i.partition and t."offset" = i."offset"`}
    where i.shown) as items
from fresh`;
}
