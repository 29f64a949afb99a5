import 'reflect-metadata';

import type { INestMicroservice } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Batch, EventLog, FollowOptions } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { LogSource } from '@mps-ledger/consuming';
import type { Consume } from '@mps-ledger/consuming';
import { groupsOf } from './groups';
import { ProjectorController } from './projector.controller';
import { PartitionLog } from './testing/partition-log';
import { CONSUME } from './tokens';

/** The options that a driver gets, without a driver. */
function followed(): { log: EventLog; follows: FollowOptions[]; stopped: string[] } {
  const follows: FollowOptions[] = [];
  const stopped: string[] = [];
  const follow: EventLog['follow'] = (options) => {
    follows.push(options);
    return { owned: () => [], stop: async () => void stopped.push(options.topic) };
  };
  return { log: { follow } as EventLog, follows, stopped };
}

const coordination = { startAt: async () => 7, onFailure: () => undefined, onOwnership: () => undefined };

describe('the source', () => {
  let nest: INestMicroservice;
  afterEach(() => nest.close());

  async function started(consume: Consume) {
    const { log, follows, stopped } = followed();
    const strategy = new LogSource({ log, groups: groupsOf('tasks_v1'), coordination, batchRecords: 123 });
    const parts = { controllers: [ProjectorController], providers: [{ provide: CONSUME, useValue: consume }] };
    const module = await Test.createTestingModule(parts).compile();
    nest = module.createNestMicroservice({ strategy, logger: false });
    await nest.listen();
    const deliver = (batch: Batch): Promise<number> =>
      follows.find(({ topic }) => topic === batch.topic)!.onBatch(batch);
    return { follows, stopped, deliver };
  }

  it('follows each topic in a group of its own, from where the coordination says', async () => {
    const { follows } = await started(async () => 0);
    expect(follows.map(({ topic, group, maxRecords }) => [topic, group, maxRecords])).toEqual([
      [TOPICS.events, 'mps-ledger.project.tasks_v1', 123],
      [TOPICS.rejected, 'mps-ledger.project.tasks_v1.rejected', 123],
    ]);
    expect(await follows[0]!.startAt!(3)).toBe(7);
  });

  it('delivers whole batches, and answers the position of the handler', async () => {
    const batches: Batch[] = [];
    const { deliver } = await started(async (batch) => {
      batches.push(batch);
      return batch.to + 1;
    });
    for (const topic of [TOPICS.events, TOPICS.rejected]) {
      const batch = new PartitionLog(1, topic).batch();
      expect(await deliver(batch)).toBe(batch.to + 1);
      expect(batches.at(-1)).toBe(batch);
    }
  });

  it('does not advance over a batch that fails, and passes the failure on unchanged', async () => {
    const failure = new Error('the database is away');
    for (const fail of [
      async () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ]) {
      const { deliver } = await started(fail);
      await expect(deliver(new PartitionLog(1).batch())).rejects.toBe(failure);
      await nest.close();
    }
  });

  it('does not advance over a batch whose handler answers no position', async () => {
    const { deliver } = await started(async () => undefined as unknown as number);
    await expect(deliver(new PartitionLog(1).batch())).rejects.toThrow('no position');
  });

  it('stops following when it is closed', async () => {
    const { stopped } = await started(async () => 0);
    await nest.close();
    expect(stopped).toEqual([TOPICS.events, TOPICS.rejected]);
  });
});
