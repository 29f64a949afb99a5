import { get, type IncomingMessage } from 'node:http';

/** An event of a stream. */
export interface SentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: {
    readonly id?: string;
    readonly code?: string;
    readonly position?: string | null;
    readonly lag_ms?: number | null;
    readonly data?: Record<string, unknown>;
  };
}

/** A client of `/v1/stream` on a plain socket: no library between it and the bytes. */
export class SseClient {
  text = '';
  isEnded = false;
  readonly events: SentEvent[] = [];
  private unread = '';
  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.text += chunk;
      const blocks = (this.unread + chunk).split('\n\n');
      this.unread = blocks.pop() ?? '';
      this.events.push(...blocks.flatMap(eventIn));
    });
    response.on('close', () => (this.isEnded = true));
    response.on('error', () => undefined);
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<SseClient> {
    return new Promise((resolve, reject) => {
      get(url, { headers, agent: false }, (response) => resolve(new SseClient(response))).on('error', reject);
    });
  }

  get ids(): readonly string[] {
    return this.events.flatMap(({ event, data }) => (event.startsWith('mps.') ? [data.id ?? ''] : []));
  }

  /** Resolves with the first event of this name; rejects where the stream ends without one. */
  until(event: string): Promise<SentEvent> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.events.find((one) => one.event === event);
        if (found !== undefined) resolve(found);
        else if (this.isEnded) reject(new Error(`the stream ended without ${event}: ${this.text.slice(-1000)}`));
      };
      this.response.on('data', look).on('close', look);
      look();
    });
  }

  close(): void {
    this.response.destroy();
  }
}

function eventIn(block: string): readonly SentEvent[] {
  const lines = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = lines.get('data');
  if (data === undefined) return [];
  return [{ event: lines.get('event') ?? '', id: lines.get('id') ?? '', data: JSON.parse(data) as SentEvent['data'] }];
}
