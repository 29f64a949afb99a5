import { randomBytes } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import { checkTask, type TaskCheck } from '@mps-ledger/comparing';
import { inSnapshot } from '@mps-ledger/database';
import { pause, type Health, type Logger, type Metrics } from '@mps-ledger/platform';
import {
  bytesText,
  nameTask,
  readModelIn,
  readProjectedLog,
  taskFrom,
  type Bytes,
  type ReadModel,
} from '@mps-ledger/read-model';

export interface TaskChecksOptions {
  /** One connection of its own. The caller ends it. */
  readonly pool: Pool;
  /** The schema of the rows that are read; null while it is not known. */
  readonly schema: () => Promise<string | null>;
  readonly perMinute: number;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly logger: Logger;
}

export interface TaskChecks {
  /** Waits for a check in progress. */
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** Differing tasks that are remembered, to be checked again. */
const MOST_DIFFERING = 100;

type Counted = TaskCheck['result'] | 'failed';
const RESULTS: readonly Counted[] = ['equal', 'different', 'too-long', 'failed'];

/**
 * Folds random tasks again from their history and compares what it comes to with their rows, one at a time, so many a minute. A difference is an
 * alarm: a metric, a line of the log, and an advisory check of health until the task is checked again and does not differ.
 */
export function startTaskChecks(options: TaskChecksOptions): TaskChecks {
  const { perMinute, metrics, logger } = options;
  const checked = metrics.counter({
    name: 'checked_tasks_total',
    help: 'Tasks that were folded again from their history and compared with their rows. Any that differ are an alarm.',
    labels: ['result'],
  });
  for (const result of RESULTS) checked.inc({ result }, 0);
  const differing = new DifferingTasks(options);
  metrics.gauge({
    name: 'differing_tasks',
    help: 'Tasks whose rows differed from the fold of their history when they were checked last, of those that this process found.',
    collect: (gauge) => gauge.set(differing.count),
  });
  const closing = new AbortController();
  const running = (async () => {
    // Every other turn one that differed is checked again, so that the alarm ends.
    for (let turn = 0; !closing.signal.aborted; turn += 1) {
      const known = turn % 2 === 0 ? null : differing.oldest();
      const result = await checkOne(options, differing, known).catch((error: unknown): Counted => {
        logger.debug({ err: error }, 'a task could not be checked against its history');
        return 'failed';
      });
      if (result !== null && result !== 'gone') checked.inc({ result });
      await pause(MINUTE_MS / perMinute, closing.signal);
    }
  })();
  return {
    async close() {
      closing.abort();
      await running;
      differing.close();
    },
  };
}

/** Null where there is nothing to check. */
async function checkOne(
  { pool, schema: findSchema }: TaskChecksOptions,
  differing: DifferingTasks,
  known: Bytes | null,
): Promise<Counted | null> {
  const schema = await findSchema();
  if (schema === null) return null;
  differing.inSchema(schema);
  return inSnapshot(pool, async (client) => {
    const model: ReadModel<ClientBase> = readModelIn(schema, client);
    const log = await readProjectedLog(model);
    const key = log === null ? null : (known ?? (await taskFrom(model, bytesText(randomBytes(32)))));
    if (log === null || key === null) return null;
    const check = await checkTask(model, key, log.partitions);
    await differing.note(model, key, check);
    return check.result;
  });
}

/** The tasks that differed when they were checked last. */
class DifferingTasks {
  private readonly found = new Map<Bytes, string>();
  private schema: string | null = null;
  private unregister: (() => void) | null = null;

  constructor(private readonly options: Pick<TaskChecksOptions, 'health' | 'logger'>) {}

  get count(): number {
    return this.found.size;
  }

  oldest(): Bytes | null {
    return this.found.keys().next().value ?? null;
  }

  /** What was found of other rows says nothing of these. */
  inSchema(schema: string): void {
    if (this.schema !== schema) this.found.clear();
    this.schema = schema;
    this.report();
  }

  async note(model: ReadModel, key: Bytes, check: TaskCheck): Promise<void> {
    const { logger } = this.options;
    if (check.result !== 'different') {
      if (this.found.delete(key))
        logger.info({ task_key: key }, 'the rows of a task are the fold of its history again');
      this.report();
      return;
    }
    const name = await nameTask(model, key);
    const [first] = check.differences;
    // It is the newest now.
    const wasKnown = this.found.delete(key);
    if (!wasKnown)
      logger.error(
        { task_key: key, ...name, schema: model.schema, differences: check.differences.slice(0, 5) },
        'the rows of a task are not the fold of its history: compare all of them with "npm run verify", and rebuild the read model',
      );
    if (this.found.size < MOST_DIFFERING)
      this.found.set(
        key,
        `task ${JSON.stringify(name?.task_id ?? key)} of account ${name?.account ?? 'unknown'}: ${first?.what ?? ''}`,
      );
    this.report();
  }

  close(): void {
    this.found.clear();
    this.report();
  }

  /** The check is there only while something differs. */
  private report(): void {
    if (this.found.size === 0) {
      this.unregister?.();
      this.unregister = null;
    } else this.unregister ??= this.options.health.check('task rows', () => this.reason(), { isAdvisory: true });
  }

  private reason(): string | null {
    const [example] = this.found.values();
    if (example === undefined) return null;
    return `rows of ${this.found.size} checked tasks are not the fold of their history, such as ${example}. "npm run verify" checks all of them`;
  }
}
