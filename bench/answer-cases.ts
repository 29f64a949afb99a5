import { measureCases, type AskedCase } from './asking';
import { Disqualified, type Measurement, type Stage } from './contract';
import type { Generator } from './generator';
import { largeTaskId, LARGE_TASKS } from './large-tasks';
import { countCases, listCases } from './list-cases';
import type { ManyTasks } from './many-tasks';

/** A group of cases of one goal. To measure another route, add a group. */
interface Group {
  readonly about: string;
  /** Milliseconds of p95. */
  readonly goalMs: number;
  readonly cases: readonly AskedCase[];
  /** Seconds for each path; fewer with --quick. */
  readonly seconds: number;
}

/** Answers of ours alone, one request at a time, each with a goal of its own. */
export async function measureAnswers(
  stage: Stage,
  generator: Generator,
  { ledger: { api: port } }: ManyTasks,
): Promise<readonly Measurement[]> {
  const counts = await countCases(port);
  await checkEstimates(port, counts);
  const groups: readonly Group[] = [
    { about: 'search', goalMs: 100, seconds: 1, cases: SEARCHES },
    { about: 'time travel, 10 subtasks', goalMs: 20, seconds: 2, cases: pastCases(LARGE_TASKS[0]) },
    { about: 'time travel, 20,000 subtasks', goalMs: 2_000, seconds: 10, cases: pastCases(LARGE_TASKS[1]) },
    { about: 'reports', goalMs: 300, seconds: 5, cases: REPORTS },
    { about: 'pipeline', goalMs: 300, seconds: 2, cases: [{ name: '/v1/pipeline', paths: ['/v1/pipeline'] }] },
    { about: 'lists', goalMs: 50, seconds: 0.2, cases: await listCases(port) },
    { about: 'counts', goalMs: 200, seconds: 0.2, cases: counts },
  ];
  const measured: Measurement[] = [];
  for (const { seconds, ...group } of groups) {
    const shorter = stage.options.quick ? seconds / 2 : seconds;
    measured.push(...(await measureCases(stage, generator, { ...group, port, seconds: shorter })));
  }
  return measured;
}

/** What search is asked for, in data of `many-searched.ts`. */
const SEARCH_TERMS: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  'q, three characters': ['vid', 'mp4', 'zqx', 'f00'].map((q) => ({ q })),
  'q, part of an id': ['planted-41234', 'lanted-999', '-query-000012345', 'planted'].map((q) => ({ q })),
  'q, a session': ['session-common', 'session-41', 'session-100001'].map((q) => ({ q })),
  'q, an error code': ['30010', '70001', '40000'].map((q) => ({ q })),
  'q, words of a message': ['template does not exist', 'internal error of worker', 'of worker 00a'].map((q) => ({ q })),
  'q, absent, of common parts': ['transcode_video', 'planted-planted', 'output/cover'].map((q) => ({ q })),
  'q, absent, of rare parts': [{ q: '任务失败' }, { q: 'xyzzy-quux' }],
  'q, a digest': [{ q: 'd41d8cd98f00b204' }, { q: 'c4ca42' }],
  'input, whole': [{ input: 'videos-1250000000/2026/11/07/none.mp4' }],
  'input, beginning': [
    'videos-*',
    'videos-1250000000/2026/11/07/*',
    'videos-1250000000/2026/11/07/c4ca*',
    'nowhere/*',
  ].map((input) => ({ input })),
  'output, beginning': ['/output/*', '/output/c4ca*', '/nowhere/*'].map((output) => ({ output })),
  'q and a filter': [
    { q: 'videos', status: 'queued' },
    { q: 'planted', account: 'small-7' },
    { q: 'template', account: 'default' },
    { q: 'connection was reset', outcome: 'succeeded' },
    { q: 'output', parked: 'true' },
    { q: 'session-common', error_code: '70020' },
  ],
};

const SEARCHES: readonly AskedCase[] = Object.entries(SEARCH_TERMS).map(([name, terms]) => ({
  name: `search by ${name}`,
  paths: terms.map((one) => `/v1/tasks?${new URLSearchParams(one).toString()}`),
}));

/** Of all the days of the planted tasks, and of a night. */
const MONTH = { ended_after: '2026-11-01T00:00:00Z', ended_before: '2026-12-01T00:00:00Z' };
const NIGHT = { ended_after: '2026-11-14T20:00:00Z', ended_before: '2026-11-15T06:00:00Z' };

function reportCase(name: string, path: string, asked: Readonly<Record<string, string>>): AskedCase {
  return { name: `${path} ${name}`, paths: [`${path}?${new URLSearchParams(asked).toString()}`] };
}

const REPORTS: readonly AskedCase[] = [
  reportCase('of 30 days', '/v1/errors', MONTH),
  reportCase('of 30 days, 100 groups', '/v1/errors', { ...MONTH, limit: '100' }),
  reportCase('of 30 days, one account', '/v1/errors', { ...MONTH, account: 'big' }),
  reportCase('of 30 days, one code', '/v1/errors', { ...MONTH, error_code: '30003' }),
  reportCase('of a night', '/v1/errors', NIGHT),
  reportCase('of 30 days', '/v1/usage', MONTH),
  reportCase('of 30 days, by day', '/v1/usage', { ...MONTH, by: 'day' }),
  reportCase('of 30 days, by account', '/v1/usage', { ...MONTH, by: 'account', limit: '200' }),
  reportCase('of 30 days, one account', '/v1/usage', { ...MONTH, account: 'big' }),
];

function pastCases(subtasks: number): readonly AskedCase[] {
  const path = `/v1/tasks/${largeTaskId(subtasks)}`;
  const of = `of ${subtasks.toLocaleString('en-US')} subtasks`;
  return [
    { name: `at_version=1 ${of}`, paths: [`${path}?at_version=1`] },
    { name: `at_version=2 ${of}`, paths: [`${path}?at_version=2`] },
    { name: `why ${of}`, paths: [`${path}/why`] },
    { name: `why at_version=1 ${of}`, paths: [`${path}/why?at_version=1`] },
    { name: `diff ${of}`, paths: [`${path}/diff?from=1&to=2`] },
  ];
}

const COUNTED = 100_000;

/** A number is estimated only where there are more. */
async function checkEstimates(port: number, cases: readonly AskedCase[]): Promise<void> {
  for (const path of cases.flatMap(({ paths }) => paths)) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    const { total, estimated } = (await answer.json()) as { readonly total: number; readonly estimated: boolean };
    // A number that takes too long is a fault of its case.
    if (answer.status === 200 && estimated && total <= COUNTED)
      throw new Disqualified(`${path} is estimated, and of ${total} tasks only`);
  }
}
