import { setTimeout as pause } from 'node:timers/promises';
import type { Dice, ResponseFault, KafkaApi, KafkaProxy } from '@mps-ledger/testing';
import { makeFault, type Fault, type LoadedRound } from '../../fault';
import type { LoadOptions } from '../../load';
import { promised } from '../../promises';
import { makeOwnKafkaApps, type OwnKafkaAppsTarget } from '../../targets/kafka-apps';
import { someMoment } from '../outages';
import { sameProgramsReady } from './same-programs';

const LASTING: LoadOptions = { tasks: 150, rate: 30 };
const HARM_MS = 10_000;

const ALL: readonly KafkaApi[] = [
  ...(['Produce', 'Fetch', 'ListOffsets', 'Metadata', 'OffsetCommit', 'OffsetFetch'] as const),
  ...(['FindCoordinator', 'JoinGroup', 'Heartbeat', 'SyncGroup', 'ApiVersions'] as const),
];

/** One of so many responses is cut at some byte, by a reset or in order. */
function cutting(dice: Dice): ResponseFault {
  return (response) => {
    if (dice.between(1, 25) !== 1) return undefined;
    const bytes = response.subarray(0, dice.between(0, response.length - 1));
    return { bytes, then: dice.between(0, 1) === 0 ? 'reset' : 'end' };
  };
}

/** One of so many responses has one to three bits flipped. */
function flipping(dice: Dice): ResponseFault {
  return (response) => {
    if (dice.between(1, 10) !== 1) return undefined;
    const bytes = Buffer.from(response);
    for (let flips = dice.between(1, 3); flips > 0; flips -= 1) {
      const at = dice.between(0, bytes.length - 1);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << dice.between(0, 7)), at);
    }
    return { bytes };
  };
}

/** Does harm to responses for a while; answers to how many. */
async function harmFor(ms: number, proxy: KafkaProxy, apis: readonly KafkaApi[], harm: ResponseFault): Promise<number> {
  let harmed = 0;
  const counted: ResponseFault = (response) => {
    const done = harm(response);
    if (done !== undefined) harmed += 1;
    return done;
  };
  for (const api of apis) proxy.harmResponses(api, counted);
  await pause(ms);
  for (const api of apis) proxy.harmResponses(api, undefined);
  return harmed;
}

function bytesFault(name: string, what: string, apis: readonly KafkaApi[], harm: (dice: Dice) => ResponseFault): Fault {
  return makeFault({
    ...{ name, log: 'kafka', what, seeds: 10, load: LASTING },
    make: (folder: string) => makeOwnKafkaApps({ folder, proxied: true }),
    async strike(target: OwnKafkaAppsTarget, round: LoadedRound) {
      const { proxy } = target.services;
      promised(proxy !== undefined, 'the programs reach the broker through a proxy');
      await someMoment(round);
      const harmed = await harmFor(HARM_MS, proxy, apis, harm(round.dice));
      promised(harmed > 0, 'something was harmed');
      round.figure('responses harmed', harmed, 'times');
      const at = performance.now();
      await sameProgramsReady(target);
      round.figure('until all are ready again', performance.now() - at, 'ms');
    },
  });
}

/** What a network does to the bytes of brokers' responses. */
export const BYTES_FAULTS: readonly Fault[] = [
  bytesFault(
    'connections-reset',
    `for ${HARM_MS / 1_000} s one of 25 responses of the broker, of every kind, is cut at some byte, by a reset (RST) or in order (FIN): no program ends, then everything recovers automatically`,
    ALL,
    cutting,
  ),
  bytesFault(
    'bytes-flipped',
    `for ${HARM_MS / 1_000} s one of 10 answers to fetches has one to three of its bits flipped, in records, lengths, names or offsets: none is accepted, then everything recovers automatically`,
    ['Fetch'],
    flipping,
  ),
];
