import { Test } from '@nestjs/testing';
import { makePostgresLog, setupPostgresLog, type EventLog } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { IngestLog } from './ingest-log';
import { IngestModule, type IngestProgram, type StartDeriving } from './ingest.module';
import type { TopicAppends } from './sources/topic-appends';
import { SPEC_LAYOUT } from './testing/callback-listener';
import * as token from './tokens';

jest.setTimeout(60_000);

let database: TestDatabase;
let log: EventLog;
let program: IngestProgram;

beforeEach(async () => {
  database = await testDatabase();
  await setupPostgresLog({ url: database.url, layout: SPEC_LAYOUT });
  log = makePostgresLog({ url: database.url, layout: SPEC_LAYOUT });
  program = {
    config: {
      ...{ CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0 },
      ...{ MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_KEY: undefined, MPS_NOTIFY_EXPIRED: 'accept' },
    },
    identity: await log.identity(),
    ...{ log, logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health: makeHealth() },
  };
});
afterEach(async () => {
  await log.close();
  await database.close();
});

describe('the module of the ingest app', () => {
  it('starts with one provider replaced, and everything else as it is', async () => {
    const problems = [{ code: 'spec', partition: 0 }];
    const stop = jest.fn(() => Promise.resolve());
    const module = await Test.createTestingModule({ imports: [IngestModule.forRoot(program)] })
      .overrideProvider(token.START_DERIVING)
      .useValue(() => ({ problems: () => problems, stop }))
      .compile();
    await module.get(IngestLog).begin(module.get<StartDeriving>(token.START_DERIVING));
    expect(await program.health.report()).toMatchObject({
      checks: [
        { name: 'log', ok: true },
        { name: 'derive', ok: false },
      ],
    });
    expect(await program.metrics.text()).toContain('derive_stopped_partitions{code="spec"} 1');
    await module.close();
    expect(stop).toHaveBeenCalledTimes(1);
    expect(await program.health.report()).toMatchObject({ checks: [] });
  });

  it('receives into the log that is provided', async () => {
    const problem = { code: 'log-replaced', reason: 'of this spec' };
    const guard = Object.create(log.guard, { problem: { value: () => problem } }) as EventLog['guard'];
    const module = await Test.createTestingModule({ imports: [IngestModule.forRoot(program)] })
      .overrideProvider(token.EVENT_LOG)
      .useValue({ ...log, guard })
      .compile();
    expect(module.get(IngestLog).log()).toBe('log-replaced');
    await module.close();
  });

  it('closes in order: deriving begins to stop, then appends end, then the checks are removed', async () => {
    const module = await Test.createTestingModule({ imports: [IngestModule.forRoot(program)] }).compile();
    await module.get(IngestLog).begin(module.get<StartDeriving>(token.START_DERIVING));
    const order: string[] = [];
    const record = (what: string, target: object, method: string): void => {
      const original = (target as Record<string, () => unknown>)[method];
      jest.spyOn(target as Record<string, () => unknown>, method).mockImplementation(function (this: unknown) {
        order.push(what);
        return original?.call(this);
      });
    };
    record('deriving', module.get(IngestLog), 'stop');
    record('raw appends', module.get<TopicAppends>(token.RAW_APPENDS), 'close');
    record('rejected appends', module.get<TopicAppends>(token.REJECTED_APPENDS), 'close');
    await module.close();
    expect(order).toEqual(['deriving', 'raw appends', 'rejected appends']);
    expect(module.get<AbortController>(token.CLOSING).signal.aborted).toBe(true);
    expect(await program.health.report()).toMatchObject({ checks: [] });
  });
});
