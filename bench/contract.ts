/**
 * The types of benches and contestants. See README.md for the comparisons.
 *
 * A **bench** gives the same work to several **contestants**, in **rounds** of A B A B…, one contestant at a time. In each round a
 * contestant starts with new processes, topics and databases. The harness measures the time and checks that the work was done: a
 * contestant that dropped or skipped something is **disqualified**, ours included.
 */

/** Our programs and the alternatives; see README.md for each. */
export const CONTESTANTS = [
  'ours',
  'ours-on-kafka',
  'ours-live',
  'debezium-unnest-1',
  'debezium-unnest-2',
  'nest-save',
  'minimal',
  'no-kafka',
  'copy',
  'fastify-batch',
  'fastify-send',
  'fastify-only',
  'fastify-answer',
  'fastify-sse',
  'pg-key',
] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

/** One comparison. */
export interface Bench {
  /** Name on the command line: `[a-z-]+`. */
  readonly name: string;
  /** Description in one sentence, for the table and the chart. */
  readonly about: string;
  /** The input, with the number of events per notification: `seed 000 (7 events)`. */
  readonly notification: string;
  /** The contestants in the order of their turns; ours first. */
  readonly contestants: readonly ContestantName[];
  /** Contestants that take part only in the first rounds, with the number of rounds. Default: none. */
  readonly turns?: Readonly<Partial<Record<ContestantName, number>>>;
  /** Prepares what all rounds share, such as data. Rejects with the missing requirement if the bench cannot be run here. */
  prepare(stage: Stage): Promise<PreparedBench>;
}

export interface PreparedBench {
  /** Contestants that cannot run on this machine, with the missing requirement. Default: none. */
  readonly leftOut?: Readonly<Partial<Record<ContestantName, string>>>;
  /**
   * Runs one contestant's turn in one round (from 1); leaves no process, topic or database behind. Returns one measurement per case,
   * the same cases for every contestant and round. Rejects with `Disqualified` if the work was incomplete; any other rejection
   * counts as a failure of the contestant too.
   */
  run(contestant: ContestantName, round: number): Promise<readonly Measurement[]>;
  close(): Promise<void>;
}

/** Number of rounds for contestants without a goal, or far from it, so that a full run fits into an hour. */
export const SIDE_ROUNDS = 2;

/** CPU time by process: the contestant's own with their children, Postgres, the broker. */
export interface CpuByProcess {
  readonly program: number;
  readonly postgres: number;
  readonly broker: number;
}

/** The measurement of one case in one turn. */
export interface Measurement {
  /** Name of the case: `64 connections`; empty if there is only one. */
  readonly case: string;
  /** Unit of the value: `events/s`, `ms p99`. */
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly value: number;
  /** CPU time per item, in µs. */
  readonly cpuUs?: CpuByProcess;
  /** Total of the contestant's own processes. */
  readonly peakRssMb?: number;
  /** Whether the time limit stopped it; then the value is the rate up to it. Default false. */
  readonly extrapolated?: boolean;
  /** Why it is disqualified in this case only, such as a rate that it could not sustain. Default: it is not. */
  readonly fault?: string;
}

/** The resources that all contestants of a run share, with the same settings. */
export interface Stage {
  /** Host and port of the broker, as for KAFKA_BROKERS. */
  readonly brokers: string;
  /** The settings of our programs for it: `KAFKA_BROKERS`, `KAFKA_SINGLE_BROKER`. */
  readonly brokerVariables: Readonly<Record<string, string>>;
  /** Creates an empty database; returns its URL. */
  makeDatabase(): Promise<string>;
  /** Opens the database of this name, which is kept where the run has a folder for data; `isFilled` says whether an earlier run filled it. */
  openKept(name: string): Promise<KeptDatabase>;
  dropDatabase(url: string): Promise<void>;
  /** A unique prefix for names of topics and groups: `bench-7.` */
  makePrefix(): string;
  /** The processes of CpuByProcess, except for the contestant's own. */
  readonly pids: { readonly postgres: number; readonly broker: number };
  /** Folder for files; removed at the end. */
  readonly folder: string;
  readonly options: RunOptions;
  /** A line of progress, on stderr. */
  tell(line: string): void;
}

/** Rows that many turns read and none changes. */
export interface KeptDatabase {
  readonly url: string;
  readonly isFilled: boolean;
  /** Remembers that all rows are there. */
  filled(): Promise<void>;
  /** Removes it, unless the data of the run is kept. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly rounds: number;
  /** Number of events of a turn; it determines the number of notifications. */
  readonly events: number;
  /** Shorter turns, so that the whole run takes ten minutes instead of an hour. */
  readonly quick: boolean;
  /** Folder for the data of Postgres, which is kept; null: one of the run's own. */
  readonly data: string | null;
  /** Time limit of a turn; the rate is that of the work done until then. */
  readonly limitSeconds: number;
}

/** The contestant did not complete the work; the message contains what is missing or wrong. */
export class Disqualified extends Error {
  override readonly name = 'Disqualified';
}

/** The task of an anchor program, as JSON in the variable `ARGUMENTS`; each program reads the members that it needs. */
export interface AnchorTask {
  readonly brokers?: string;
  /** Full names. */
  readonly topics?: { readonly from?: string; readonly to?: string };
  readonly group?: string;
  readonly databaseUrl?: string;
  readonly port?: number;
  readonly partitions?: number;
  /** The prepared input. */
  readonly file?: string;
  /** The load that the program itself generates. */
  readonly load?: SteadyLoad;
}

/** Load at several steady rates in turn; at each rate only the part after a warm-up counts. */
export interface SteadyLoad {
  /** Items per second, ascending. */
  readonly rates: readonly number[];
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/**
 * The output of an anchor program, one JSON object per line: the first when it is running (a listener listens, a consumer consumes),
 * the second after SIGTERM. It does not end before, so that its CPU time and memory can be read.
 */
export type AnchorSays = { readonly ready: true } | AnchorResult;

/** The program's own counts, which the harness compares with the log and the tables. */
export interface AnchorResult {
  readonly items: number;
  /** Time from its first item to its last. */
  readonly seconds: number;
  /** Sums to compare: `{ bytes: 12345678 }`. */
  readonly checks: Readonly<Record<string, number>>;
}
