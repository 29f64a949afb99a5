import { Test } from '@nestjs/testing';
import { LogSource, makeCoordination } from '@mps-ledger/consuming';
import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import { makeMetrics, silentLogger } from '@mps-ledger/platform';
import { adoptLog, migrate, projectionSchema, readModelIn } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { EXPIRING, makeCheckpointStore } from '@mps-ledger/task-projection';
import { testDatabase } from '@mps-ledger/testing';
import type { Announcer } from './announcer';
import type { FreshnessTracker } from './freshness';
import { ProjectorModule } from './projector.module';
import * as token from './tokens';

jest.setTimeout(60_000);

describe('the module of the projector', () => {
  it('starts with one provider replaced, and closes in order: the transport, then freshness, then announcements', async () => {
    const database = await testDatabase();
    const { retentionMs: _, ...topics } = LEDGER_LAYOUT;
    const layout = { ...topics, partitions: 1 };
    const identity = await setupPostgresLog({ url: database.url, layout });
    await migrate(database.url, projectionSchema);
    const log = makePostgresLog({ url: database.url, layout });
    const pool = database.pool();
    const model = readModelIn(projectionSchema, pool);
    await adoptLog(model, identity, FOLD_VERSION, [TOPICS.events, TOPICS.rejected]);
    const logger = silentLogger();
    const coordination = makeCoordination({ store: makeCheckpointStore(model), log, logger, expiring: EXPIRING });
    const metrics = makeMetrics({ processMetrics: false });
    const consume = jest.fn(() => Promise.reject(new Error('replaced')));
    const module = await Test.createTestingModule({
      imports: [ProjectorModule.forRoot({ log, identity, pool, model, coordination, logger, metrics })],
    })
      .overrideProvider(token.CONSUME)
      .useValue(consume)
      .compile();
    const source = module.get(LogSource);
    const nest = module.createNestMicroservice({ strategy: source, logger: false });
    await nest.listen();
    await log.append(TOPICS.events, 0, [{ key: null, value: Buffer.from('x'), headers: {} }]);
    await eventually(() => consume.mock.calls.length > 0);
    const order: string[] = [];
    const record = (what: string, target: object): void => {
      const original = (target as { close(): unknown }).close;
      jest.spyOn(target as { close(): unknown }, 'close').mockImplementation(async function (this: unknown) {
        await original.call(this);
        order.push(what);
      });
    };
    record('transport', source);
    record('freshness', module.get<FreshnessTracker>(token.FRESHNESS));
    record('announcements', module.get<Announcer>(token.ANNOUNCER));
    await nest.close();
    expect(order).toEqual(['transport', 'freshness', 'announcements']);
    await log.close();
    await database.close();
  });
});
