import { OwnershipLost } from '../port/errors';

export interface OwnershipOptions {
  readonly partition: number;
  /** Whether the ownership is certain at this moment, by this process's own clock. */
  readonly isCertain: () => boolean;
  /** Writes the group's progress; rejects with `OwnershipLost` if another process owns the partition. */
  readonly commit: (position: number) => Promise<void>;
}

/** One period of owning a partition, from acquiring it to releasing or losing it. */
export class Ownership {
  private readonly ending = new AbortController();
  private lost = false;

  constructor(private readonly options: OwnershipOptions) {}

  get partition(): number {
    return this.options.partition;
  }

  /** Aborted when work must end: ownership is lost, or about to be released. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  /** Asks for the work to end; ownership continues until it has. */
  end(): void {
    this.ending.abort();
  }

  lose(): void {
    this.lost = true;
    this.ending.abort();
  }

  /** Throws `OwnershipLost` unless the ownership is certain. Uncertain ownership counts as lost. */
  check(): void {
    if (!this.lost && this.options.isCertain()) return;
    this.lose();
    throw new OwnershipLost(`partition ${this.partition} may have another owner`);
  }

  /** Writes the group's progress. Rejects with `OwnershipLost`, or with another failure. */
  async commit(position: number): Promise<void> {
    this.check();
    try {
      await this.options.commit(position);
    } catch (error) {
      if (error instanceof OwnershipLost) this.lose();
      throw error;
    }
  }
}
