import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  filtersAloneAndInPairs,
  NOTIFICATION_FILTER_VALUES,
  plantedTaskPath,
  plantLists,
  TASK_FILTER_VALUES,
} from '@mps-ledger/testing';
import type { FilterValues, PlantedLists } from '@mps-ledger/testing';
import type { Measurement, Stage } from './contract';
import { allAccepted, overload, startGenerator, type Generator } from './generator';
import { makeLedger, type Ledger } from './ours';
import { onDatabase } from './stage';
import { makeTopics } from './topics';

/** A ledger with many rows in its lists, which differ in all filtered values; its apps are not running. */
export interface ManyListed {
  readonly ledger: Ledger;
  readonly planted: PlantedLists;
  drop(): Promise<void>;
}

export async function manyListed(stage: Stage, planted: PlantedLists): Promise<ManyListed> {
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix);
  const [tasks, notifications] = [planted.tasks, planted.notifications].map((count) => count.toLocaleString('en-US'));
  stage.tell(`  making ${tasks} tasks and ${notifications} notifications to list`);
  await onDatabase(ledger.databaseUrl, async (client) => {
    await client.query('SET synchronous_commit = off');
    await plantLists(client, planted);
    await client.query('CHECKPOINT');
  });
  return {
    ...{ ledger, planted },
    async drop() {
      await ledger.drop();
      await topics.drop();
    },
  };
}

const LISTS: readonly { readonly path: string; readonly values: FilterValues }[] = [
  { path: '/v1/tasks', values: TASK_FILTER_VALUES },
  { path: '/v1/notifications', values: NOTIFICATION_FILTER_VALUES },
];

const pathOf = (path: string, filter: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(filter).toString()}`;

/**
 * A case for each filter of a list and each two of them: the p95 of the first page, one request at a time, with those of
 * their values (common, rare, absent, never together) with which it is highest.
 */
export async function measureLists(
  stage: Stage,
  generator: Generator,
  { ledger, planted }: ManyListed,
): Promise<readonly Measurement[]> {
  const seconds = stage.options.quick ? 0.1 : 0.4;
  await askFor(stage, generator, ledger, { paths: allPaths(), connections: 1, seconds: stage.options.quick ? 3 : 6 });
  const worst = new Map<string, { readonly ms: number; readonly path: string }>();
  for (const { path, values } of LISTS) {
    for (const filter of filtersAloneAndInPairs(values)) {
      const asked = pathOf(path, filter);
      const { p95: ms } = await askFor(stage, generator, ledger, { paths: [asked], connections: 1, seconds });
      const name = `${path} by ${Object.keys(filter).join(' and ')}`;
      if (ms > (worst.get(name)?.ms ?? 0)) worst.set(name, { ms, path: asked });
    }
  }
  const among = `among ${planted.tasks.toLocaleString('en-US')} tasks, ${planted.notifications.toLocaleString('en-US')} notifications`;
  return [...worst].map(([name, { ms, path }]) => {
    stage.tell(`  ${ms.toFixed(1)} ms p95: ${path}`);
    return { case: `${name}, ${among}`, unit: 'ms p95', better: 'less', value: ms };
  });
}

const allPaths = (): readonly string[] =>
  LISTS.flatMap(({ path, values }) => filtersAloneAndInPairs(values).map((filter) => pathOf(path, filter)));

const LISTERS = 12;

/** Reads by id, one at a time, alone and while others ask for all those lists as fast as they are answered. */
export async function measureBesideLists(
  stage: Stage,
  generator: Generator,
  { ledger, planted }: ManyListed,
): Promise<readonly Measurement[]> {
  const seconds = stage.options.quick ? 3 : 10;
  const ids = Array.from({ length: 5_000 }, (_, at) => plantedTaskPath(1 + ((at * 7_919) % planted.tasks)));
  const reads = { paths: ids, connections: 1, seconds };
  const alone = await askFor(stage, generator, ledger, reads);
  const others = startGenerator();
  try {
    const [beside] = await Promise.all([
      askFor(stage, generator, ledger, reads),
      askFor(stage, others, ledger, { paths: allPaths(), connections: LISTERS, seconds }),
    ]);
    return [
      { case: 'by id, one at a time', unit: 'ms p95', better: 'less', value: alone.p95 },
      { case: `by id, while ${LISTERS} ask for lists`, unit: 'ms p95', better: 'less', value: beside.p95 },
    ];
  } finally {
    others.close();
  }
}

interface Asking {
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

let files = 0;

async function askFor(stage: Stage, generator: Generator, { api: port }: Ledger, asking: Asking) {
  const { paths, connections, seconds } = asking;
  const pathsFile = join(stage.folder, `lists-${(files += 1)}.json`);
  writeFileSync(pathsFile, JSON.stringify(paths));
  const load = await generator.run({ do: 'get-all', port, pathsFile, connections, seconds });
  // Of many callers of lists some may get no turn, as is promised to who reads by id.
  if (connections === 1) allAccepted(load);
  else overload(load);
  return load;
}
