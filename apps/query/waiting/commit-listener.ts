import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { backoff, pause } from '@mps-ledger/platform';

export interface CommitListenerOptions {
  readonly connection: ClientConfig;
  /** The channel: a plain lower-case identifier. */
  readonly channel: string;
  /** Called for each notification, and after each (re)connection, since some may have been missed. */
  readonly onWake: () => void;
  /** Called with the connection's state: null when it listens, else the error. */
  readonly onChange: (fault: Error | null) => void;
}

/**
 * Listens for notifications (LISTEN) over one connection of its own. A lost connection is made again, retrying indefinitely.
 * A notification is only a hint: some may be missed, and through a pooler in transaction mode none arrives.
 */
export class CommitListener {
  private readonly closing = new AbortController();
  private readonly running: Promise<void>;
  private client: Client | undefined;

  constructor(private readonly options: CommitListenerOptions) {
    this.running = this.run();
  }

  /** Stops listening; resolves when the connection is closed. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.client?.end().catch(() => undefined);
    await this.running;
  }

  private isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.isClosing()) {
      const fault = await this.listen(() => (failures = 0));
      if (this.isClosing()) return;
      this.options.onChange(fault);
      failures += 1;
      await pause(backoff(failures), this.closing.signal);
    }
  }

  /** Listens until the connection is lost; resolves with the reason. */
  private async listen(onListening: () => void): Promise<Error> {
    const { connection, channel, onWake, onChange } = this.options;
    const client = new Client({ keepAlive: true, connectionTimeoutMillis: 5000, ...connection });
    this.client = client;
    const lost = new Promise<Error>((resolve) => {
      client.once('end', () => {
        resolve(new Error('the connection ended'));
      });
      client.on('error', resolve);
    });
    client.on('notification', onWake);
    try {
      // `connect` of a client that is ended while it connects never settles.
      const fault = await Promise.race([listenWith(client, channel), lost]);
      if (fault !== undefined) return fault;
      onListening();
      onChange(null);
      onWake();
      return await lost;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function listenWith(client: Client, channel: string): Promise<undefined> {
  const listening = client.connect().then(async () => {
    await client.query(`LISTEN ${channel}`);
    return undefined;
  });
  listening.catch(() => undefined);
  return listening;
}
