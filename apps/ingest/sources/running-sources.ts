import { isDeepStrictEqual } from 'node:util';
import type { CallbackSource, ConfiguredSource, QueueSourceSettings } from './notification-sources';

/** A source that runs by itself. */
export interface RunningSource {
  stop(): Promise<void>;
}

interface Started {
  readonly settings: QueueSourceSettings;
  readonly running: RunningSource;
}

/** The sources that are received from at present. */
export class RunningSources {
  private callbacks: ReadonlyMap<string, CallbackSource> = new Map();
  private readonly queues = new Map<string, Started>();
  private isStopped = false;

  constructor(private readonly startQueue: (settings: QueueSourceSettings) => RunningSource) {}

  /** The source that MPS calls at a path. */
  callback(path: string): CallbackSource | undefined {
    return this.callbacks.get(path);
  }

  /** Makes these the sources: those that have changed are stopped and started again, the others are left alone. */
  async replace(sources: readonly ConfiguredSource[]): Promise<void> {
    const callbacks = sources.filter((source) => source.transport === 'callback');
    this.callbacks = new Map(callbacks.map((source) => [source.path, source]));
    const wanted = new Map(
      sources.filter((source) => source.transport !== 'callback').map((source) => [source.id, source]),
    );
    const changed = [...this.queues].filter(([id, { settings }]) => !isDeepStrictEqual(settings, wanted.get(id)));
    await Promise.all(changed.map(([id, { running }]) => running.stop().then(() => this.queues.delete(id))));
    for (const [id, settings] of wanted) {
      if (this.isStopped || this.queues.has(id)) continue;
      this.queues.set(id, { settings, running: this.startQueue(settings) });
    }
  }

  /** Stops those that run by themselves; what they received is logged first, within the time for it. Never rejects. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.queues.values()].map(({ running }) => running.stop()));
  }
}
