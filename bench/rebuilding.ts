import { eventually } from '@mps-ledger/spec-kit';
import { checkSame } from './checks';
import type { Measurement, Stage } from './contract';
import type { EventsOnLog } from './events-on-log';
import { measureProgress } from './meter';
import { makeLedger, type Ledger } from './ours';
import { startProgram, type Program } from './programs';
import type { Waiting } from './projecting';
import { eventsUpToLast } from './rows';
import { onDatabase } from './stage';

/** Starts a rebuild beside whatever runs on the ledger. */
export function startRebuild({ variables }: Ledger, ...args: readonly string[]): Program {
  return startProgram('apps/replay/rebuild/main.js', variables, ['--yes', '--reason', 'bench', '--json', ...args]);
}

/** The schema of the newest build beside the first, once its tables are there. */
export function schemaOfRebuild(databaseUrl: string): Promise<string> {
  return onDatabase(databaseUrl, (client) =>
    eventually(
      async () => {
        const { rows } = await client.query<{ schema: string }>(NEWEST);
        return rows[0]?.schema;
      },
      { what: 'the tables of a new build' },
    ),
  );
}

const NEWEST = `SELECT schema FROM ledger.build
  WHERE n > 1 AND to_regclass(schema || '.postponed_index') IS NOT NULL ORDER BY n DESC LIMIT 1`;

/** One rebuild of all events that wait, as fast as it can: from the first rows to the last index. Nothing else runs. */
export async function runRebuilding(
  stage: Stage,
  { name, topics, filled }: Waiting,
  limitSeconds: number,
): Promise<readonly Measurement[]> {
  const ledger = await makeLedger(stage, topics.prefix);
  const program = startRebuild(ledger, '--rate', 'max');
  try {
    const schema = await schemaOfRebuild(ledger.databaseUrl);
    const { rate, cpuUs, peakRssMb, extrapolated } = await onDatabase(ledger.databaseUrl, (client) => {
      const done = async (): Promise<number> => {
        const { events, missing } = (await client.query<Done>(doneIn(schema))).rows[0] ?? {};
        // The last event counts once all is there that makes the rows of use.
        return Math.min(Number(events ?? 0), filled.events - (Number(missing ?? 0) > 0 ? 1 : 0));
      };
      const limited = { ...stage, options: { ...stage.options, limitSeconds } };
      return measureProgress({ stage: limited, program: [program.pid], total: filled.events, done });
    });
    if (!extrapolated) {
      await program.ended;
      await checkBuild(ledger.databaseUrl, schema, filled);
    }
    return [{ case: name, unit: 'events/s', better: 'more', value: rate, cpuUs, peakRssMb, extrapolated }];
  } finally {
    await program.stop();
    await ledger.drop();
  }
}

interface Done {
  readonly events: string | null;
  readonly missing: string;
}

const doneIn = (schema: string): string => `SELECT (${eventsUpToLast(`${schema}.history`, '"offset"')}) AS events,
  (SELECT count(*) FROM ${schema}.postponed_index) AS missing`;

type Counts = Readonly<Record<'history' | 'bytes' | 'tasks' | 'subtasks' | 'notifications' | 'versions', string>>;

const countsIn = (schema: string): string => `
  SELECT (SELECT count(*) FROM ${schema}.history) AS history,
    (SELECT sum(octet_length(data)) FROM ${schema}.history) AS bytes,
    (SELECT count(*) FROM ${schema}.task_state) AS tasks,
    (SELECT sum(version) FROM ${schema}.task) AS versions,
    (SELECT count(*) FROM ${schema}.subtask) AS subtasks,
    (SELECT count(*) FROM ${schema}.notification) AS notifications`;

/** Every event is a row with all bytes of its data, and every notification counts once in its task. */
async function checkBuild(url: string, schema: string, wanted: EventsOnLog): Promise<void> {
  const found = await onDatabase(url, async (client) => (await client.query<Counts>(countsIn(schema))).rows[0]);
  const of = (name: keyof Counts): number => Number(found?.[name] ?? 0);
  checkSame('history rows', of('history'), wanted.events);
  checkSame('bytes of their data', of('bytes'), wanted.dataBytes);
  checkSame('states of tasks', of('tasks'), wanted.tasks);
  checkSame('subtasks', of('subtasks'), wanted.subtasks);
  checkSame('notifications', of('notifications'), wanted.notifications);
  checkSame('notifications that tasks count', of('versions'), wanted.notifications);
}
