import { readFileSync } from 'node:fs';
import { atRate } from '../load';
import { percentile } from '../statistics';
import type { Command, GetAll, Load, PostAll, PostAtRate, Repeat, SeeAtRate } from './commands';
import { ConnectionPool, openConnection, type Answer } from './connection';
import { getRequest, makePosts } from './requests';

/** Does what a command says. Rejects only where nothing can be reached at all. */
export function load(command: Command): Promise<Load> {
  switch (command.do) {
    case 'post-all':
      return postAll(command);
    case 'post-at-rate':
      return postAtRate(command);
    case 'see-at-rate':
      return seeAtRate(command);
    case 'get-all':
      return getAll(command);
    case 'repeat':
      return repeat(command);
  }
  return command satisfies never;
}

/** Counts answers and their times. */
class Tally {
  private readonly times: number[] = [];
  private readonly refused: Record<string, number> = {};
  private bodyBytes = 0;
  private posted = 0;
  private readonly began = performance.now();

  took(ms: number, { status, bodyBytes }: Pick<Answer, 'status' | 'bodyBytes'>): void {
    if (status === 200) {
      this.times.push(ms);
      this.bodyBytes += bodyBytes;
    } else this.refused[status] = (this.refused[status] ?? 0) + 1;
  }

  tookCallback(): void {
    this.posted += 1;
  }

  broke(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }

  load(): Load {
    const { times, refused, bodyBytes, posted } = this;
    const seconds = (performance.now() - this.began) / 1000;
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((share) => percentile(times, share)) as [
      number,
      number,
      number,
      number,
    ];
    return { accepted: times.length, posted, refused, seconds, p50, p95, p99, max, bodyBytes };
  }
}

async function postAll({ to, connections, count, limitSeconds, run, first }: PostAll): Promise<Load> {
  const posts = makePosts(to, run);
  let next = 0;
  return closedLoop({ port: to.port, connections, seconds: limitSeconds }, () =>
    next < count ? posts(first + next++).request : null,
  );
}

async function getAll({ port, pathsFile, connections, seconds }: GetAll): Promise<Load> {
  const requests = (JSON.parse(readFileSync(pathsFile, 'utf8')) as string[]).map((path) => getRequest(port, path));
  let next = 0;
  return closedLoop({ port, connections, seconds }, () => requests[next++ % requests.length] ?? null);
}

function repeat({ port, requestFile, connections, seconds }: Repeat): Promise<Load> {
  const request = readFileSync(requestFile);
  return closedLoop({ port, connections, seconds }, () => request);
}

/** Each connection asks for its next request when its last was answered, until there is none or the time is over. */
async function closedLoop(
  { port, connections, seconds }: { port: number; connections: number; seconds: number },
  next: () => Buffer | null,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const tally = new Tally();
  const limit = performance.now() + seconds * 1000;
  const each = async (connection: Awaited<ReturnType<typeof openConnection>>): Promise<void> => {
    for (let began = performance.now(); began < limit;) {
      const request = next();
      if (request === null) return;
      const answer = await connection.ask(request);
      const ended = performance.now();
      tally.took(ended - began, answer);
      began = ended;
    }
  };
  await Promise.all(open.map((connection) => each(connection).catch((error: unknown) => tally.broke(error))));
  const done = tally.load();
  for (const connection of open) connection.close();
  return done;
}

async function postAtRate({ to, perSecond, seconds, run, first }: PostAtRate): Promise<Load> {
  const posts = makePosts(to, run);
  const pool = new ConnectionPool(to.port);
  return openLoop({ perSecond, seconds, pools: [pool] }, async (number, due, tally) => {
    const answer = await pool.ask(posts(first + number).request);
    tally.took(performance.now() - due, answer);
  });
}

async function seeAtRate({ to, api, perSecond, seconds, run, first }: SeeAtRate): Promise<Load> {
  const posts = makePosts(to, run);
  const [callbacks, readers] = [new ConnectionPool(to.port), new ConnectionPool(api)];
  return openLoop({ perSecond, seconds, pools: [callbacks, readers] }, async (number, _due, tally) => {
    const { taskId, request } = posts(first + number);
    const accepted = await callbacks.ask(request);
    if (accepted.status !== 200) {
      tally.took(0, accepted);
      return;
    }
    tally.tookCallback();
    const began = performance.now();
    const receipt = /\r\nledger-receipt: ?([^\r]+)/i.exec(accepted.head)?.[1] ?? '';
    const path = `/v1/tasks/${encodeURIComponent(taskId)}?receipt=${encodeURIComponent(receipt)}`;
    const seen = await readers.ask(getRequest(api, path, { prefer: 'wait=10' }));
    tally.took(performance.now() - began, seen);
  });
}

interface OpenLoop {
  readonly perSecond: number;
  readonly seconds: number;
  readonly pools: readonly ConnectionPool[];
}

/** Begins `perSecond` tasks a second, each when it is due, however long they take; waits for all. */
async function openLoop(
  { perSecond, seconds, pools }: OpenLoop,
  task: (number: number, due: number, tally: Tally) => Promise<void>,
): Promise<Load> {
  const tally = new Tally();
  await atRate(perSecond, seconds, (number, due) =>
    task(number, due, tally).catch((error: unknown) => tally.broke(error)),
  );
  const done = tally.load();
  for (const pool of pools) pool.close();
  return done;
}
