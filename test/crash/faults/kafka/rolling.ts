import { setTimeout as pause } from 'node:timers/promises';
import { balance, type Balancer } from '../../balancer';
import { makeFault, type LoadedRound } from '../../fault';
import type { LoadOptions } from '../../load';
import { promised } from '../../promises';
import type { AppName } from '../../targets/app-programs';
import { makeKafkaApps, type KafkaAppsTarget } from '../../targets/kafka-apps';
import { watchFreshness } from '../../watching';

/** Two instances of each, and what stands before them: clients know nothing of instances. */
interface BalancedTarget extends KafkaAppsTarget {
  readonly queries: Balancer;
  readonly notifications: Balancer;
}

const LASTING: LoadOptions = { tasks: 700, rate: 20 };
const TWICE: readonly AppName[] = ['ingest', 'ingest-2', 'projector', 'projector-2', 'query', 'query-2'];
/** As shipped: so long do listeners stay open after /readyz has failed. */
const DELAY_MS = 2_000;
const SHIPPED = { SHUTDOWN_DELAY_MS: `${DELAY_MS}` };
const DRAINED_WITHIN_MS = 25_000;

async function makeBalanced(folder: string): Promise<BalancedTarget> {
  const target = await makeKafkaApps({ folder });
  const behind = (name: AppName, url: string) => ({ url, probes: target.probesOf(name) });
  const queries = await balance((['query', 'query-2'] as const).map((name) => behind(name, target.probesOf(name))));
  const notifications = await balance(
    (['ingest', 'ingest-2'] as const).map((name) => behind(name, new URL(target.callbacksOf(name)).origin)),
  );
  return {
    ...target,
    ...{ queries, notifications, api: queries.url },
    callbacks: `${notifications.url}${new URL(target.callbacks).pathname}`,
    async close() {
      await Promise.all([queries.close(), notifications.close()]);
      await target.close();
    },
  };
}

/** Asks for tasks, one question after the other, until `isOver`; answers how often which status was the answer. */
async function askOn({ api }: BalancedTarget, isOver: () => boolean): Promise<ReadonlyMap<number, number>> {
  const answers = new Map<number, number>();
  while (!isOver()) {
    const { status } = await fetch(`${api}/v1/tasks?limit=5`, { signal: AbortSignal.timeout(10_000) });
    answers.set(status, (answers.get(status) ?? 0) + 1);
    await pause(20);
  }
  return answers;
}

/** Ends it as an operator does; answers how long that took, in ms. */
async function drain(target: BalancedTarget, name: AppName): Promise<number> {
  const program = target.app(name);
  promised(program?.isRunning() === true, `${name} ended by itself`);
  const began = performance.now();
  program.signal('SIGTERM');
  await untilUnready(target.probesOf(name));
  const unready = performance.now() - began;
  promised(unready < DELAY_MS, `/readyz of ${name} failed ${Math.round(unready)} ms after SIGTERM`);
  const { code, signal } = await program.ended;
  const took = performance.now() - began;
  promised(code === 0, `${name} ended with ${signal ?? code} after SIGTERM`);
  promised(took < DRAINED_WITHIN_MS, `${name} took ${Math.round(took)} ms to end`);
  promised(took > DELAY_MS, `${name} closed its listeners ${Math.round(took)} ms after SIGTERM`);
  return took;
}

/** A listener that refuses or cuts does not count: it has to answer, and not 200. */
async function untilUnready(probes: string): Promise<void> {
  for (let status = 200; status === 200;) {
    const answer = await fetch(`${probes}/readyz`).catch(() => null);
    promised(answer !== null, `the listener of ${probes} was closed before /readyz had failed`);
    ({ status } = answer);
  }
}

async function roll(target: BalancedTarget, round: LoadedRound): Promise<void> {
  await round.load.sent(1);
  const freshness = await watchFreshness(target);
  let isOver = false;
  const asking = askOn(target, () => isOver);
  asking.catch(() => undefined);
  try {
    await restartEach(target, round);
  } finally {
    isOver = true;
    await freshness.stop();
  }
  const answers = await asking;
  round.figure('rows, at their oldest', freshness.most(), 'ms');
  const failed = [...answers].filter(([status]) => status !== 200).map(([status, times]) => `${status} ${times} times`);
  promised(failed.length === 0, `queries were answered ${failed.join()}`);
  const { failures } = target.queries;
  promised(failures.length === 0, `${failures.length} queries failed: ${failures.slice(0, 3).join('; ')}`);
  // Whoever sends a callback sends it again; that none is lost is verified.
  round.figure('callbacks answered 5xx', target.notifications.failures.length, 'times');
}

async function restartEach(target: BalancedTarget, { load, figure }: LoadedRound): Promise<void> {
  for (const name of TWICE) {
    figure(`${name}: from SIGTERM to its end`, await drain(target, name), 'ms');
    await target.startApp(name, SHIPPED);
    await Promise.all([target.queries.ready(2), target.notifications.ready(2)]);
    promised(!load.isOver(), `the load was over when ${name} was restarted`);
  }
}

export const ROLLING_RESTART = makeFault({
  name: 'rolling-restart',
  log: 'kafka',
  what: `two instances each of ingest, projector and query, clients are routed to those whose /readyz is 200: each in turn gets SIGTERM, ends within ${DRAINED_WITHIN_MS / 1_000} s, and is started again; no query is answered 5xx`,
  ...{ seeds: 2, load: LASTING, make: makeBalanced },
  async prepare(target) {
    await target.stop();
    await Promise.all(TWICE.map((name) => target.startApp(name, SHIPPED)));
    await Promise.all([target.queries.ready(2), target.notifications.ready(2)]);
  },
  strike: roll,
});
