import { setTimeout as pause } from 'node:timers/promises';

import type { ConnectionOptions } from './connections';
import { GatheredHints, readHint, type Hint } from './hint';
import { WakeupConnection } from './wakeup-connection';

/** `anything`: hints may have been missed. */
export type HintListener = (hint: Hint | 'anything') => void;

const MAX_LAST_SEND_MS = 500;

/**
 * Hints between the processes of a log. Sent by NOTIFY after the commit they tell of, never in it (a NOTIFY takes a lock
 * that all commits would queue for), at most one at a time, with what gathered meanwhile in the next. Where there is no
 * connection they are dropped: the listeners' own polls are the truth.
 */
export class Wakeup {
  private readonly listeners = new Set<HintListener>();
  private readonly gathered = new GatheredHints();
  private readonly connection: WakeupConnection | null;
  private sending: Promise<void> | undefined;

  /** @param options null: there is nowhere to listen, and nothing is told beyond this process. */
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

  /** Tells this process at once, and the others soon, the new end of a partition. */
  appended(topic: string, partition: number, end: number): void {
    this.notifyListeners({ ends: [[topic, partition, end]], groups: [] });
    this.gathered.addEnd(topic, partition, end);
    this.send();
  }

  /** Tells all soon that a group's members or ownership changed. */
  membershipChanged(group: string): void {
    this.notifyListeners({ ends: [], groups: [group] });
    this.gathered.addGroup(group);
    this.send();
  }

  /** Answers how to stop listening. */
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
