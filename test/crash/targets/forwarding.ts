import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGenesis } from '@mps-ledger/event-log';
import { parseReceipt, TOPICS } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { RecordingHandler } from '@mps-ledger/testing';
import { logOf } from '../log-of';
import { promised } from '../promises';
import { makeStandalone, type StandaloneTarget } from './standalone';

/** The standalone program, whose callbacks are forwarded to a handler of this process. */
export interface ForwardingTarget extends StandaloneTarget {
  readonly handler: RecordingHandler;
}

export async function makeForwardingTarget(folder: string): Promise<ForwardingTarget> {
  const handler = await new RecordingHandler().start();
  const file = join(folder, 'sources.yaml');
  writeFileSync(file, `sources: [{ id: default, kind: callback, path: mps, forward_to: "${handler.url}" }]\n`);
  const target = await makeStandalone({ folder, settings: { SOURCES_FILE: file } });
  return {
    ...target,
    handler,
    received: () => allForwarded(target, handler),
    async close() {
      await target.close();
      await handler.stop();
    },
  };
}

/** Waits until the handler has the bytes of each raw record; then compares them, and their order in each partition. */
async function allForwarded(target: StandaloneTarget, handler: RecordingHandler): Promise<void> {
  const logged = await loggedBytes(target);
  const what = `all of ${logged.size} notifications at the handler`;
  const hasAll = () => {
    const got = bytesByPlace(handler);
    return [...logged.keys()].every((place) => got.has(place)) ? got : null;
  };
  const got = await eventually(hasAll, { timeoutMs: 120_000, what });
  for (const [place, bytes] of logged)
    promised(got.get(place)?.equals(bytes) === true, `the bytes of ${place} were forwarded as others`);
  const last = new Map<number, number>();
  for (const place of got.keys()) {
    const [partition = 0, offset = 0] = place.split('/').map(Number);
    promised(offset > (last.get(partition) ?? 0), `${place} was forwarded before ${last.get(partition)}`);
    last.set(partition, offset);
  }
}

/** The bytes that each raw record was forwarded with, in the order of the first times. */
function bytesByPlace({ got }: RecordingHandler): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const { bytes, headers } of got) {
    const place = parseReceipt(String(headers['ledger-receipt']));
    const name = `${place?.partition}/${place?.offset}`;
    if (!found.has(name)) found.set(name, bytes);
  }
  return found;
}

async function loggedBytes(target: StandaloneTarget): Promise<ReadonlyMap<string, Buffer>> {
  const log = logOf(target);
  const found = new Map<string, Buffer>();
  try {
    for (const [partition, to] of (await log.endPositions(TOPICS.raw)).entries())
      for await (const records of log.read({ topic: TOPICS.raw, partition, from: 0, to }))
        for (const record of records)
          if (!isGenesis(record) && record.value !== null) found.set(`${partition}/${record.offset}`, record.value);
  } finally {
    await log.close();
  }
  return found;
}
