/** What the load generator is asked to do, and what it answers: messages between two processes. */

/** Where a listener of this machine takes callbacks. */
export interface Target {
  readonly port: number;
  readonly path: string;
}

/** Notifications of seed 000, each of a task of its own, numbered on from `first`. */
export interface Notifications {
  /** Part of the task ids, unique for each turn. */
  readonly run: string;
  readonly first: number;
}

/** As fast as they are answered: each connection sends its next when its last was answered. */
export interface PostAll extends Notifications {
  readonly do: 'post-all';
  readonly to: Target;
  readonly connections: number;
  readonly count: number;
  /** Stops to send after so long. */
  readonly limitSeconds: number;
}

/** At a steady rate, however long each takes; times count from when each was due. */
export interface PostAtRate extends Notifications {
  readonly do: 'post-at-rate';
  readonly to: Target;
  readonly perSecond: number;
  readonly seconds: number;
}

/** The same, and after each answer the task is asked for until it includes it; times count from the answer to it being seen. */
export interface SeeAtRate extends Notifications {
  readonly do: 'see-at-rate';
  readonly to: Target;
  readonly api: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** GETs as fast as they are answered, of paths taken from a list in a shuffled order, again and again. */
export interface GetAll {
  readonly do: 'get-all';
  readonly port: number;
  /** A JSON file with a list of paths. */
  readonly pathsFile: string;
  readonly connections: number;
  readonly seconds: number;
}

/** One request, as fast as it is answered, again and again. */
export interface Repeat {
  readonly do: 'repeat';
  readonly port: number;
  /** A file with the bytes of the request. */
  readonly requestFile: string;
  readonly connections: number;
  readonly seconds: number;
}

export type Command = PostAll | PostAtRate | SeeAtRate | GetAll | Repeat;

export interface Load {
  /** Answered 200. */
  readonly accepted: number;
  /** Callbacks of `see-at-rate` that were answered 200, whatever the task's answer was; else 0. */
  readonly posted: number;
  /** Answered otherwise, or not at all: how often, by status or by what broke the connection. */
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** In ms. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Of the answers' bodies. */
  readonly bodyBytes: number;
}
