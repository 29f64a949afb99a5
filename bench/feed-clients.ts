import { get, type IncomingMessage } from 'node:http';

/** A client of a stream of events. */
export interface FeedClient {
  close(): void;
}

/** Opens a stream, and resolves when it has caught up. `onEvent` is called with the number of each event that the bench made. */
export function openFeed(url: string, onEvent: (number: number) => void = () => undefined): Promise<FeedClient> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) reject(new Error(`${url} was answered ${String(response.statusCode)}`));
      let text = '';
      response.on('error', () => undefined);
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const made = MADE.exec(block)?.[1];
          if (made !== undefined) onEvent(Number.parseInt(made, 16));
          else if (block.includes('event: caught_up')) resolve({ close: () => void response.destroy() });
        }
      });
    }).on('error', reject);
  });
}

/** The id of an event that the bench made: its number, in 64 hexadecimal digits. */
export const madeId = (number: number): string => number.toString(16).padStart(64, '0');
const MADE = /"id":"0{40}([0-9a-f]{24})"/;
