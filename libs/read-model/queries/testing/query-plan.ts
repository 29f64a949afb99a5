import type { Pool, QueryConfig } from 'pg';
import { projectionSchema } from '../../default-schema';
import { readModelIn, type Queryable, type ReadModel } from '../../read-model';

/** A node of EXPLAIN (FORMAT JSON), as far as it is looked at. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Scan Direction'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'Sort Key'?: readonly string[];
  /** With ANALYZE, for each of so many loops. */
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Explains the last statement that a reading sends, after it was answered. `options`: of EXPLAIN, beside its format. */
export async function planOf(
  pool: Pool,
  reading: (model: ReadModel) => Promise<unknown>,
  options = 'COSTS OFF',
): Promise<PlanNode> {
  let sent: [string, unknown[]] | undefined;
  const query = (statement: string | QueryConfig, given: unknown[] = []): Promise<unknown> => {
    const { text, values = given } = typeof statement === 'string' ? { text: statement } : statement;
    sent = [text, values];
    return pool.query(text, values);
  };
  await reading(readModelIn(projectionSchema, { query } as unknown as Queryable));
  const [text, values] = sent ?? ['', []];
  const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (${options}, FORMAT JSON) ${text}`,
    values,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('nothing was explained');
  return row['QUERY PLAN'][0].Plan;
}

/** Explains the named statement that a reading sends as Postgres plans it for all values. Null where the statement has no name. */
export async function genericPlanOf(
  pool: Pool,
  reading: (model: ReadModel) => Promise<unknown>,
): Promise<PlanNode | null> {
  let sent: QueryConfig | undefined;
  const query = (statement: string | QueryConfig, given: unknown[] = []): Promise<unknown> => {
    sent = typeof statement === 'string' ? { text: statement, values: given } : { values: given, ...statement };
    return pool.query({ ...sent, name: undefined });
  };
  await reading(readModelIn(projectionSchema, { query } as unknown as Queryable));
  if (sent?.name === undefined) return null;
  const { text, values = [] } = sent;
  await pool.query(`SET plan_cache_mode = force_generic_plan; PREPARE planned AS ${text}`);
  try {
    const nulls = values.map(() => 'NULL').join();
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (COSTS OFF, FORMAT JSON) EXECUTE planned (${nulls})`,
    );
    return rows[0]?.['QUERY PLAN'][0].Plan ?? null;
  } finally {
    await pool.query('DEALLOCATE planned; RESET plan_cache_mode');
  }
}

/** The indexes that a plan uses. */
export function indexesOf(node: PlanNode): readonly string[] {
  const own = node['Index Name'] === undefined ? [] : [node['Index Name']];
  return [...new Set([...own, ...(node.Plans ?? []).flatMap(indexesOf)])].sort();
}

/** The tables that grow without bound. */
const LARGE = ['task', 'task_error_code', 'task_updated', 'notification'];
/** One look into it finds one row. */
const BY_KEY = 'task_pkey';
/** Below these, rows are found; above them, what was found is looked up by key, numbered, shown, and joined with how fresh it is. */
const FINDING = ['Limit', 'Recursive Union'];

/**
 * The part of a plan that finds rows as text, one node a line, the same on every server version, whatever the values and the
 * costs are.
 */
export function normalised(node: PlanNode): string {
  if (FINDING.includes(node['Node Type']) || node['Index Name'] === BY_KEY) return shown(node, 0);
  return (node.Plans ?? []).map(normalised).join('');
}

/** What a plan has or has not by what the planner expects, and which reads no rows of its own. */
const isPassing = (node: PlanNode): boolean =>
  node['Node Type'] === 'Memoize' || (node['Node Type'] === 'Subquery Scan' && node.Filter === undefined);

function shown(node: PlanNode, depth: number): string {
  if (isPassing(node)) return (node.Plans ?? []).map((plan) => shown(plan, depth)).join('');
  const indent = '  '.repeat(depth);
  const details = (['Index Cond', 'Filter'] as const).flatMap((name) =>
    node[name] === undefined ? [] : [`${name}: ${node[name]}`],
  );
  if (node['Sort Key'] !== undefined) details.push(`Sort Key: ${node['Sort Key'].join(', ')}`);
  const place = [
    node['Index Name'] && `using ${node['Index Name']}`,
    node['Relation Name'] && `on ${node['Relation Name']}`,
  ];
  // Of the few rows that a limit lets through, either will do.
  const type = node['Node Type'].replace('Incremental Sort', 'Sort');
  const title = [type, node['Scan Direction'], ...place].filter((word) => word !== undefined).join(' ');
  const lines = [title, ...details.map((detail) => `    ${withoutValues(detail)}`)].map((line) => `${indent}${line}\n`);
  return lines.join('') + (node.Plans ?? []).map((plan) => shown(plan, depth + 1)).join('');
}

/** Literals and numbers differ from filter to filter, and aliases by how the server counts them. */
function withoutValues(condition: string): string {
  return condition
    .replaceAll(/'[^']*'(::[a-z ]+\b)/g, '?$1')
    .replaceAll(/\b\d+\b/g, '?')
    .replaceAll(/\bt\./g, 'task.')
    .replaceAll(/\bkeys_\d(_\d+)?\b/g, 'keys')
    .replaceAll(/\b(keys|candidates|task|task_error_code|task_updated|notification|found)_\d+\b/g, '$1');
}

/** What a plan must not do, whatever the tables hold: look through a large table, or sort more rows than a limit lets through. */
export function faultsOf(node: PlanNode, limited = false): readonly string[] {
  const type = node['Node Type'];
  const name = node['Relation Name'] ?? '';
  const faults = (node.Plans ?? []).flatMap((plan) => faultsOf(plan, limited || type === 'Limit'));
  if (LARGE.includes(name) && type !== 'Index Scan' && type !== 'Index Only Scan') faults.push(`${type} on ${name}`);
  else if (LARGE.includes(name) && !limited && node['Index Name'] !== BY_KEY)
    faults.push(`${type} on ${name} without a limit`);
  const sorts = type.endsWith('Sort') || /Aggregate|Hash|Materialize/.test(type);
  if (sorts && (node.Plans ?? []).some(readsWithoutLimit)) faults.push(`${type} of rows that no limit bounds`);
  return faults;
}

function readsWithoutLimit(node: PlanNode): boolean {
  if (node['Node Type'] === 'Limit' || node['Index Name'] === BY_KEY) return false;
  return LARGE.includes(node['Relation Name'] ?? '') || (node.Plans ?? []).some(readsWithoutLimit);
}

/** How many rows of large tables a plan that was run with ANALYZE has read. */
export function rowsRead(node: PlanNode): number {
  const here = LARGE.includes(node['Relation Name'] ?? '')
    ? ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1)
    : 0;
  return (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), here);
}
