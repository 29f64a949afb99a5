import { setTimeout as pause } from 'node:timers/promises';
import { makeFault, type LoadedRound } from '../../fault';
import type { LoadOptions } from '../../load';
import { queriesAreAnswered } from '../../outage';
import { promised } from '../../promises';
import { sampleOf } from '../../sample';
import { makeOwnKafkaApps, type OwnKafkaAppsTarget } from '../../targets/kafka-apps';
import { watchMemory } from '../../watching';
import { someMoment } from '../outages';
import { pidsOf, sameProgramsReady } from './same-programs';

const OUTAGE_MS = 30_000;
const LASTING: LoadOptions = { tasks: 200, rate: 30 };

/** A callback is answered within this time, whatever the log does: ten seconds, acted on ten times in it, and some for a busy machine to take the body. */
const ANSWERED_WITHIN_MS = 20_000;

/** Together more than the 64 MiB that may wait for the log. */
const FLOOD = { bodies: 100, bytes: 1024 * 1024 };
/** For all that may wait, in its several forms, and what a runtime keeps of it. */
const MOST_GROWN_MIB = 400;

interface Refusal {
  readonly status: number;
  readonly retryAfter: number;
  readonly ms: number;
}

async function callback(target: OwnKafkaAppsTarget, body: string): Promise<Refusal> {
  const began = performance.now();
  // Over a connection of its own: one that was left open since the last outage may be closed just when it is used again.
  const answer = await fetch(target.callbacks, { method: 'POST', body, headers: { connection: 'close' } });
  await answer.arrayBuffer();
  const retryAfter = Number(answer.headers.get('retry-after') ?? 0);
  return { status: answer.status, retryAfter, ms: performance.now() - began };
}

/** Large bodies, all at once. White space after a JSON text is allowed. */
function flood(target: OwnKafkaAppsTarget, seed: number): Promise<readonly Refusal[]> {
  const body = sampleOf(`flood-${seed}`).padEnd(FLOOD.bytes);
  return Promise.all(Array.from({ length: FLOOD.bodies }, () => callback(target, body)));
}

function areRefused(answers: readonly Refusal[]): void {
  for (const { status, retryAfter, ms } of answers) {
    promised(status === 503, `a callback was answered ${status} while the log could not be reached`);
    promised(retryAfter > 0, 'a callback was answered 503 without Retry-After');
    promised(ms < ANSWERED_WITHIN_MS, `a callback was answered after ${Math.round(ms)} ms`);
  }
}

/** Queries are answered for as long as it lasts. */
async function queriesGoOn(target: OwnKafkaAppsTarget): Promise<void> {
  for (const end = performance.now() + OUTAGE_MS; performance.now() < end;) {
    await queriesAreAnswered(target);
    await pause(200);
  }
}

async function outage(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  const memory = watchMemory(pidsOf(target));
  try {
    const [, one, all] = await Promise.all([
      queriesGoOn(target),
      callback(target, sampleOf('refused-meanwhile')),
      flood(target, round.seed),
    ]);
    areRefused([one, ...all]);
    round.figure('slowest answer 503 meanwhile', Math.max(one.ms, ...all.map(({ ms }) => ms)), 'ms');
  } finally {
    await memory.stop();
  }
  round.figure('memory grown meanwhile, of the program that grew most', memory.grown(), 'MiB');
  promised(memory.grown() < MOST_GROWN_MIB, `a program grew by ${Math.round(memory.grown())} MiB`);
}

/** Stands still: it takes connections and answers nothing. Or is gone: connections are refused. */
async function cutOff(target: OwnKafkaAppsTarget, round: LoadedRound): Promise<void> {
  const [broker] = target.services.brokers;
  promised(broker !== undefined, 'there is a broker');
  await someMoment(round);
  if (round.seed % 2 === 1) {
    broker.signal('SIGSTOP');
    await outage(target, round).finally(() => broker.signal('SIGCONT'));
  } else {
    await broker.kill('SIGKILL');
    round.killed();
    await outage(target, round);
    await broker.start();
  }
  const at = performance.now();
  await sameProgramsReady(target);
  round.figure('until all are ready again', performance.now() - at, 'ms');
}

export const LOG_UNREACHABLE = makeFault({
  name: 'log-unreachable',
  log: 'kafka',
  what: `the broker is stopped (SIGSTOP) or killed (SIGKILL) for ${OUTAGE_MS / 1_000} s, while callbacks of ${FLOOD.bodies} MiB come at once: each is answered 503 with Retry-After within ${ANSWERED_WITHIN_MS / 1_000} s, queries continue, no program grows by ${MOST_GROWN_MIB} MiB; then everything recovers automatically`,
  ...{ seeds: 2, load: LASTING, make: (folder: string) => makeOwnKafkaApps({ folder }) },
  strike: cutOff,
});
