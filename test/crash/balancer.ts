import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@mps-ledger/spec-kit';

/** One of several instances of a program. */
export interface Instance {
  /** URL that requests are forwarded to: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** URL of /readyz. */
  readonly probes: string;
}

/** A load balancer before several instances: requests go round-robin to those that are ready. */
export interface Balancer {
  readonly url: string;
  /** Descriptions of requests that no instance accepted, or that were answered 5xx. */
  readonly failures: readonly string[];
  /** Resolves when this number of instances is ready. */
  ready(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Interval of readiness probes. An instance gets no requests after one answer other than 200. */
const ASK_MS = 250;
/** How long a request may wait for an instance to be ready. */
const PATIENCE_MS = 5_000;

/** Starts a load balancer. It does not retry, so that a failure of an instance reaches the client. */
export async function balance(instances: readonly Instance[]): Promise<Balancer> {
  const failures: string[] = [];
  const agent = new Agent({ keepAlive: true });
  const probed = instances.map(probe);
  const ready = (): readonly Instance[] => instances.filter((_, index) => probed[index]?.isReady());
  let turn = 0;
  const choose = (): Instance | undefined => ready()[(turn += 1) % Math.max(1, ready().length)];
  const lead = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const failed = (why: string): void => void failures.push(`${incoming.method} ${incoming.url}: ${why}`);
    const chosen = await eventually(choose, { timeoutMs: PATIENCE_MS }).catch(() => undefined);
    if (chosen === undefined) {
      failed(`no instance is ready: ${probed.map(({ said }) => said()).join(', ')}`);
      answer.writeHead(503).end();
    } else pass(incoming, answer, { to: chosen, agent, failed });
  };
  const server = createServer((incoming, answer) => void lead(incoming, answer));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failures,
    ready: async (count) =>
      void (await eventually(() => ready().length >= count, { what: `${count} instances ready` })),
    async close() {
      for (const one of probed) one.stop();
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

/** Probes one instance repeatedly. */
function probe({ probes }: Instance) {
  let isReady = false;
  let isStopped = false;
  let said = 'not asked yet';
  let timer: NodeJS.Timeout;
  const ask = async (): Promise<void> => {
    try {
      const answer = await fetch(`${probes}/readyz`, { signal: AbortSignal.timeout(4_000) });
      said = `${answer.status} ${await answer.text()}`;
      isReady = answer.status === 200;
    } catch (error) {
      said = String(error);
      isReady = false;
    }
    if (!isStopped) timer = setTimeout(() => void ask(), ASK_MS);
  };
  timer = setTimeout(() => void ask());
  return {
    isReady: () => isReady,
    said: () => said,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

interface Passing {
  readonly to: Instance;
  readonly agent: Agent;
  readonly failed: (why: string) => void;
}

function pass(incoming: IncomingMessage, answer: ServerResponse, { to, agent, failed }: Passing): void {
  const { method = 'GET', url = '/' } = incoming;
  const headers = { ...incoming.headers, host: new URL(to.url).host };
  const outgoing = request(`${to.url}${url}`, { method, headers, agent }, (answered) => {
    const { statusCode = 502 } = answered;
    if (statusCode >= 500) failed(`${to.url} answered ${statusCode}`);
    answer.writeHead(statusCode, answered.headers);
    answered.pipe(answer);
  });
  outgoing.on('error', (error) => {
    failed(`${to.url}: ${error.message}`);
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(502).end();
  });
  incoming.pipe(outgoing);
}
