import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Client {
  send(method: string, url: string, body?: Buffer, headers?: OutgoingHttpHeaders): Promise<Answer>;
  close(): void;
}

/** A client that keeps at most `connections` sockets open and reuses them. */
export function makeClient(connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: (method, url, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const sent = request(
          url,
          { method, agent, headers: { ...headers, 'content-length': body?.length ?? 0 } },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('error', reject);
            answer.on('end', () => {
              resolve({
                status: answer.statusCode ?? 0,
                headers: answer.headers,
                body: Buffer.concat(chunks).toString(),
              });
            });
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Runs `task` for 0…count−1 with `width` under way at once; answers the seconds it took. Rejects at the first failure. */
export async function inParallel(
  count: number,
  width: number,
  task: (number: number) => Promise<void>,
): Promise<number> {
  const began = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return (performance.now() - began) / 1000;
}

/**
 * Begins `task` `perSecond` times a second for `seconds`, however long each takes (an open loop), and waits for all. It is
 * told when it was due, by the clock of `performance.now()`, or when it began, if that was a little early.
 */
export async function atRate(
  perSecond: number,
  seconds: number,
  task: (number: number, due: number) => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const under: Promise<void>[] = [];
  for (let number = 0; number < perSecond * seconds; number++) {
    const due = began + (number * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    under.push(task(number, Math.min(due, performance.now())));
  }
  await Promise.all(under);
}
