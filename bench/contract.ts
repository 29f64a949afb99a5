/**
 * What a bench is, and what a contestant. See README.md for what is compared with what.
 *
 * A **bench** gives the same work to several **contestants**, in **rounds** of A B A B…, one contestant at a time. A
 * contestant begins each round anew: its own processes, its own topics, its own database. The harness holds the watch, and
 * checks at the end that the work was done: who dropped or skipped something is **disqualified**, ours included.
 */

/** Ours, and what people would use instead; see README.md for each. */
export const CONTESTANTS = [
  'ours',
  'ours-on-kafka',
  'debezium-unnest-1',
  'debezium-unnest-2',
  'nest-save',
  'minimal',
  'no-kafka',
  'copy',
  'fastify-batch',
  'fastify-send',
  'fastify-only',
  'pg-key',
] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

/** One comparison. */
export interface Bench {
  /** As given on the command line: `[a-z-]+`. */
  readonly name: string;
  /** What is compared, in one sentence, for the table and the chart. */
  readonly about: string;
  /** What goes in and how many events each notification yields: `seed 000 (7 events)`. */
  readonly notification: string;
  /** In the order in which they take turns; ours first. */
  readonly contestants: readonly ContestantName[];
  /** Who has a turn in the first rounds alone, and in how many of them. Default: everybody in all. */
  readonly turns?: Readonly<Partial<Record<ContestantName, number>>>;
  /** Makes what all rounds share, such as data. Rejects where the bench cannot be run here, saying what is missing. */
  prepare(stage: Stage): Promise<PreparedBench>;
}

export interface PreparedBench {
  /** Who has no part in it on this machine, and what is missing: they have no turns. Default: nobody. */
  readonly leftOut?: Readonly<Partial<Record<ContestantName, string>>>;
  /**
   * One contestant's turn in one round (from 1), from its start to its end: leaves no process, topic or database behind.
   * Answers one measurement per case, the same cases for every contestant and round. Rejects with `Disqualified` where the
   * work was not done whole; any other rejection counts as a failure of the contestant, too.
   */
  run(contestant: ContestantName, round: number): Promise<readonly Measurement[]>;
  close(): Promise<void>;
}

/** What has no goal, or is far from it, is measured in the first rounds alone, so many of them: a full run has to fit into an hour. */
export const SIDE_ROUNDS = 2;

/** The processes whose CPU time is told apart: the contestant's own and all below them, Postgres's, the broker's. */
export interface CpuByProcess {
  readonly program: number;
  readonly postgres: number;
  readonly broker: number;
}

/** What was measured in one case of one turn. */
export interface Measurement {
  /** What tells it from the other measurements of the turn: `64 connections`; empty where there is but one. */
  readonly case: string;
  /** Of the value: `events/s`, `ms p99`. */
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly value: number;
  /** CPU time per item, in µs. */
  readonly cpuUs?: CpuByProcess;
  /** Of the contestant's own processes together. */
  readonly peakRssMb?: number;
  /** Stopped by the time limit: the value is the rate up to there. Default false. */
  readonly extrapolated?: boolean;
  /** Why it is disqualified in this case alone, such as a rate that it could not keep up with. Default: it is not. */
  readonly fault?: string;
}

/** What all contestants of a run share, with the same settings. */
export interface Stage {
  /** Host and port of the broker, as for KAFKA_BROKERS. */
  readonly brokers: string;
  /** What our programs are told of it: `KAFKA_BROKERS`, `KAFKA_SINGLE_BROKER`. */
  readonly brokerVariables: Readonly<Record<string, string>>;
  /** Makes an empty database; answers its URL. */
  makeDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** A beginning for names of topics and groups that no other turn has used: `bench-7.` */
  makePrefix(): string;
  /** The processes behind CpuByProcess, but for the contestant's own. */
  readonly pids: { readonly postgres: number; readonly broker: number };
  /** For files; removed at the end. */
  readonly folder: string;
  readonly options: RunOptions;
  /** A line of progress, on stderr. */
  tell(line: string): void;
}

export interface RunOptions {
  readonly rounds: number;
  /** How many events a turn is to handle; notifications are as many as yield them. */
  readonly events: number;
  /** The whole run is to end within ten minutes instead of an hour: shorter turns. */
  readonly quick: boolean;
  /** A turn's measuring stops after so long; what was done until then is the rate. */
  readonly limitSeconds: number;
}

/** The contestant did not do the work: what is missing or wrong is in the message. */
export class Disqualified extends Error {
  override readonly name = 'Disqualified';
}

/** What the harness tells an anchor program, as JSON in the variable `ARGUMENTS`; each reads what concerns it. */
export interface AnchorTask {
  readonly brokers?: string;
  /** Full names. */
  readonly topics?: { readonly from?: string; readonly to?: string };
  readonly group?: string;
  readonly databaseUrl?: string;
  readonly port?: number;
  readonly partitions?: number;
  /** With what was prepared for it. */
  readonly file?: string;
  /** What it is to produce by itself. */
  readonly load?: SteadyLoad;
}

/** Load at steady rates, one after the other; at each rate only what comes after a warm-up at that rate counts. */
export interface SteadyLoad {
  /** Items a second, ascending. */
  readonly rates: readonly number[];
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/**
 * What an anchor program prints, one JSON object a line: the first once it is at work (a listener listens, a consumer runs),
 * the second at its end, which is SIGTERM: it never ends by itself, so that its CPU time and memory can be read.
 */
export type AnchorSays = { readonly ready: true } | AnchorResult;

/** Its own account, which the harness compares with what it finds on the log and in the tables. */
export interface AnchorResult {
  readonly items: number;
  /** From its first item to its last. */
  readonly seconds: number;
  /** Sums that must come out: `{ bytes: 12345678 }`. */
  readonly checks: Readonly<Record<string, number>>;
}
