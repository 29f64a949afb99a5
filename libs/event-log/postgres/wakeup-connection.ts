import { setTimeout as sleep } from 'node:timers/promises';

import { pause } from '@mps-ledger/async';
import { Client } from 'pg';

import { clientConfig, prepareClient, type ConnectionOptions } from './connections';
import { reasonOf } from './faults';

export interface WakeupConnectionOptions extends ConnectionOptions {
  readonly channel: string;
  /** A notification by another connection. */
  readonly onPayload: (payload: string | undefined) => void;
  /** It listens from now on; earlier notifications may have been missed. */
  readonly onConnected: () => void;
}

/** A connection that only listens can be dead unnoticed. */
const PING_INTERVAL_MS = 5_000;
const FIRST_RECONNECT_PAUSE_MS = 100;
const MAX_RECONNECT_PAUSE_MS = 2_000;
const MAX_END_MS = 1_000;

/** Keeps one connection that listens to a channel, and reconnects indefinitely. */
export class WakeupConnection {
  private readonly closing = new AbortController();
  private connected: Client | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: WakeupConnectionOptions) {}

  /** Starts connecting, once. */
  start(): void {
    if (!this.closing.signal.aborted) this.running ??= this.run();
  }

  get isConnected(): boolean {
    return this.connected !== undefined;
  }

  /** Notifies the channel; what cannot be sent is lost. Never rejects. */
  async notify(payload: string): Promise<void> {
    const query = this.connected?.query('SELECT pg_notify($1, $2)', [this.options.channel, payload]);
    // A failure ends the connection too, which `run` handles.
    await query?.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    let waitMs = FIRST_RECONNECT_PAUSE_MS;
    while (!this.closing.signal.aborted) {
      const client = new Client(clientConfig(this.options));
      const began = performance.now();
      try {
        await this.listen(client);
      } catch (error) {
        this.options.logger.debug({ reason: reasonOf(error) }, 'the connection that listens for wake-ups failed');
      }
      this.connected = undefined;
      await endClient(client);
      waitMs =
        performance.now() - began > PING_INTERVAL_MS
          ? FIRST_RECONNECT_PAUSE_MS
          : Math.min(waitMs * 2, MAX_RECONNECT_PAUSE_MS);
      await this.pause(waitMs);
    }
  }

  /** Resolves when closing, rejects when the connection fails. */
  private async listen(client: Client): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      client.on('error', reject);
      client.on('end', () => {
        reject(new Error('the server ended the connection'));
      });
    });
    failed.catch(() => undefined);
    await client.connect();
    await prepareClient(client, this.options);
    const own = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    client.on('notification', ({ processId, payload }) => {
      if (processId !== own.rows[0]?.pid) this.options.onPayload(payload);
    });
    await client.query(`LISTEN ${this.options.channel}`);
    this.connected = client;
    this.options.onConnected();
    for (;;) {
      await Promise.race([failed, this.pause(PING_INTERVAL_MS)]);
      if (this.closing.signal.aborted) return;
      await client.query('SELECT 1');
    }
  }

  private pause(ms: number): Promise<void> {
    return pause(ms, this.closing.signal);
  }
}

/** Ends a client in bounded time, also over a dead network; what remains of it keeps no process alive. */
async function endClient(client: Client): Promise<void> {
  const ended = client.end().catch(() => undefined);
  await Promise.race([ended, sleep(MAX_END_MS, undefined, { ref: false })]);
  (client as Client & { unref(): void }).unref();
}
