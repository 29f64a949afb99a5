import { isDeepStrictEqual } from 'node:util';
import { makeNetworkCheck } from './file/networks';
import type { ConfiguredSource, HttpSource, QueueSourceSettings } from './notification-sources';

/** A source that runs by itself. */
export interface RunningSource {
  stop(): Promise<void>;
}

/** A source that is called, and who may call it. */
export interface CalledSource {
  readonly source: HttpSource;
  /** Whether this address may. */
  allows(address: string): boolean;
}

/** What forwards the notifications of sources. */
export interface Forwards {
  replace(sources: readonly ConfiguredSource[]): Promise<void>;
  stop(): Promise<void>;
}

const NO_FORWARDS: Forwards = { replace: () => Promise.resolve(), stop: () => Promise.resolve() };

/** Ids of sources, by what became of them. */
export interface SourceChanges {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly restarted: readonly string[];
  readonly unchanged: number;
}

/** The sources that are received from at present. */
export class RunningSources {
  private sources = new Map<string, ConfiguredSource>();
  private called: ReadonlyMap<string, CalledSource> = new Map();
  private readonly queues = new Map<string, RunningSource>();
  private isStopped = false;

  constructor(
    private readonly startQueue: (settings: QueueSourceSettings) => RunningSource,
    private readonly forwards: Forwards = NO_FORWARDS,
  ) {}

  /** The source that is called at a path. */
  at(path: string): CalledSource | undefined {
    return this.called.get(path);
  }

  /** A path that is called, if there is one. */
  get firstPath(): string | undefined {
    return [...this.called.keys()][0];
  }

  /** Those that are received from, in the order of their configuration. */
  get all(): readonly ConfiguredSource[] {
    return [...this.sources.values()];
  }

  /**
   * Makes these the sources: those that have changed are stopped and started again, the others are left alone. Rejects where one cannot
   * be started; the others are all the same, and that one is tried again by the next call.
   */
  async replace(sources: readonly ConfiguredSource[]): Promise<SourceChanges> {
    // What throws does so before anything changes.
    const called = sources.flatMap((source) =>
      'path' in source ? [[source.path, calledSource(source)] as const] : [],
    );
    const before = this.sources;
    this.sources = new Map(sources.map((source) => [source.id, source]));
    const isSame = (id: string): boolean => isDeepStrictEqual(before.get(id), this.sources.get(id));
    this.called = new Map(called);
    // Neither waits for the other.
    const steps = await Promise.allSettled([this.replaceQueues(sources, isSame), this.forwards.replace(sources)]);
    for (const step of steps) if (step.status === 'rejected') throw step.reason;
    const ids = [...this.sources.keys()];
    return {
      started: ids.filter((id) => !before.has(id)),
      stopped: [...before.keys()].filter((id) => !this.sources.has(id)),
      restarted: ids.filter((id) => before.has(id) && !isSame(id)),
      unchanged: ids.filter((id) => before.has(id) && isSame(id)).length,
    };
  }

  /** Stops those that run by themselves; what they received is logged first, within the time for it. Never rejects. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...[...this.queues.values()].map((running) => running.stop()), this.forwards.stop()]);
  }

  private async replaceQueues(sources: readonly ConfiguredSource[], isSame: (id: string) => boolean): Promise<void> {
    const stopping = [...this.queues].filter(([id]) => !isSame(id));
    for (const [id] of stopping) this.queues.delete(id);
    await Promise.all(stopping.map(([, running]) => running.stop()));
    const failures = sources.flatMap((source) => ('path' in source ? [] : this.start(source)));
    if (failures.length > 0) throw failures[0];
  }

  /** Starts one that does not run; answers why it cannot be started. */
  private start(source: QueueSourceSettings): readonly unknown[] {
    if (this.isStopped || this.queues.has(source.id)) return [];
    try {
      this.queues.set(source.id, this.startQueue(source));
      return [];
    } catch (error) {
      this.sources.delete(source.id);
      return [error];
    }
  }
}

function calledSource(source: HttpSource): CalledSource {
  const { networks = [] } = source;
  return { source, allows: networks.length === 0 ? () => true : makeNetworkCheck(networks) };
}
