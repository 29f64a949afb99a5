import type { ConfiguredSource } from '../notification-sources';
import type { RunningSource } from '../running-sources';

interface RunningForward {
  readonly to: string;
  readonly running: RunningSource;
}

/** What is forwarded at present, by the ids of the sources. */
export class RunningForwards {
  private readonly forwards = new Map<string, RunningForward>();
  private isStopped = false;

  constructor(private readonly start: (source: string, to: string) => RunningSource) {}

  /** Forwards what these sources demand: what has changed is stopped and started again, the rest is left alone. */
  async replace(sources: readonly ConfiguredSource[]): Promise<void> {
    const wanted = new Map(
      sources.flatMap(({ id, forwardTo }) => (forwardTo === undefined ? [] : [[id, forwardTo] as const])),
    );
    const stopping = [...this.forwards].filter(([id, { to }]) => wanted.get(id) !== to);
    for (const [id] of stopping) this.forwards.delete(id);
    await Promise.all(stopping.map(([, { running }]) => running.stop()));
    for (const [id, to] of wanted)
      if (!this.isStopped && !this.forwards.has(id)) this.forwards.set(id, { to, running: this.start(id, to) });
  }

  /** What is being sent is given up, and sent again later. Never rejects. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.forwards.values()].map(({ running }) => running.stop()));
  }
}
