import { setTimeout as pause } from 'node:timers/promises';

import type { ConnectionOptions } from './connections';
import { GatheredHints, readHint, type Hint } from './hint';
import { WakeupConnection } from './wakeup-connection';

/** Called with a hint, or with `anything` where hints may have been missed. */
export type HintListener = (hint: Hint | 'anything') => void;

const MAX_LAST_SEND_MS = 500;

/**
 * Sends hints between the processes of a log: by NOTIFY after the commit, never in it (all commits would queue for its lock), one
 * at a time, with the hints gathered during a send in the next one. Without a connection hints are dropped: listeners poll.
 */
export class Wakeup {
  private readonly listeners = new Set<HintListener>();
  private readonly gathered = new GatheredHints();
  private readonly connection: WakeupConnection | null;
  private sending: Promise<void> | undefined;

  /** @param options null: there is no connection to listen on, and hints stay in this process. */
  constructor(
    options: ConnectionOptions | null,
    private readonly prefix: string,
  ) {
    this.connection = options === null ? null : this.connectionOf(options);
  }

  private connectionOf(options: ConnectionOptions): WakeupConnection {
    const { prefix } = this;
    return new WakeupConnection({
      ...options,
      channel: 'ledger_log',
      onPayload: (payload) => {
        const hint = readHint(payload, prefix);
        if (hint !== null) this.notifyListeners(hint);
      },
      onConnected: () => {
        this.notifyListeners('anything');
        this.send();
      },
    });
  }

  /** Sends the new end of a partition to this process at once, and to the others soon. */
  appended(topic: string, partition: number, end: number): void {
    this.notifyListeners({ ends: [[topic, partition, end]], groups: [] });
    this.gathered.addEnd(topic, partition, end);
    this.send();
  }

  /** Sends to all that a group's members or ownership changed. */
  membershipChanged(group: string): void {
    this.notifyListeners({ ends: [], groups: [group] });
    this.gathered.addGroup(group);
    this.send();
  }

  /** Adds a listener; returns the function that removes it. */
  listen(listener: HintListener): () => void {
    this.connection?.start();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    await Promise.race([this.sending, pause(MAX_LAST_SEND_MS, undefined, { ref: false })]);
    await this.connection?.close();
  }

  private notifyListeners(hint: Hint | 'anything'): void {
    for (const listener of this.listeners) listener(hint);
  }

  private send(): void {
    if (this.connection === null) return;
    this.connection.start();
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined;
    });
  }

  private async sendAll(): Promise<void> {
    const { connection } = this;
    while (!this.gathered.isEmpty && connection?.isConnected === true) {
      await connection.notify(this.gathered.take(this.prefix));
    }
  }
}
