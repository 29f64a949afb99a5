import { Test } from '@nestjs/testing';
import type { Pool } from 'pg';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import type { Answer } from './http/answer';
import { Lane, LaneFull } from './lane';
import { QueryModule } from './query.module';
import { PlantedLog } from './testing/planted-log';
import { serve } from './testing/serve';
import * as token from './tokens';
import type { CommitListener } from './waiting/commit-listener';
import { WaitingRoom } from './waiting/waiting-room';

jest.setTimeout(60_000);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  const log = new PlantedLog(database.pool());
  await log.adopt();
  await log.hear({ taskId: 'a', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
});
afterEach(() => database.close());

type Operation = (request: object) => Promise<Answer>;

describe('the module of the query app', () => {
  it('starts with one provider replaced, and everything else as it is', async () => {
    const health = makeHealth();
    const metrics = makeMetrics({ processMetrics: false });
    const config = { API_HOST: '127.0.0.1', API_PORT: 0, API_KEYS: undefined, DATABASE_URL: database.url };
    const program = { config, logger: silentLogger(), metrics, health };
    const module = await Test.createTestingModule({
      imports: [QueryModule.forRootAsync({ useFactory: () => Promise.resolve(program) })],
    })
      .overrideProvider(token.LISTS)
      .useValue(new Lane({ atOnce: 0, waiting: 0, waitMs: 0 }))
      .compile();
    const wait = {
      visible: 'all',
      past: null,
      wait: null,
      disconnected: new AbortController().signal,
      minPosition: null,
    };
    const getTask = module.get<Operation>(token.GET_TASK);
    const found = await getTask({ account: 'default', taskId: 'a', receipt: null, untilFinished: false, ...wait });
    expect(found.body()).toMatchObject({ task_id: 'a', status: 'processing' });
    await expect(module.get<Operation>(token.LIST_TASKS)({ filter: {}, ...wait })).rejects.toThrow(LaneFull);
    expect(await health.report()).toMatchObject({ status: 'ready', checks: [{ name: 'query', ok: true }] });
    expect(await metrics.text()).toContain('query_pool_connections{state="idle"} 1');
    await module.close();
    expect(await health.report()).toMatchObject({ checks: [] });
    expect(module.get<Pool>(token.POOL).ended).toBe(true);
  });

  it('closes in order: waits end, requests are answered, the listener closes, then what they were answered from', async () => {
    const query = await serve(database.url);
    const { nest } = query.http;
    const order: string[] = [];
    const record = (what: string, target: object, method: string): void => {
      const original = (target as Record<string, () => unknown>)[method];
      jest.spyOn(target as Record<string, () => unknown>, method).mockImplementation(function (this: unknown) {
        order.push(what);
        return original?.call(this);
      });
    };
    const waiting = nest.get(WaitingRoom);
    record('waits', waiting, 'close');
    record('commit listener', nest.get<CommitListener>(token.COMMIT_LISTENER), 'close');
    record('pool', nest.get<Pool>(token.POOL), 'end');
    const server = nest.getHttpServer();
    server.once('request', (_: unknown, response: NodeJS.EventEmitter) =>
      response.once('finish', () => order.push('answer')),
    );
    server.once('close', () => order.push('listener'));
    const answer = query.get('/v1/tasks/a?until=finished', { prefer: 'wait=60' });
    await eventually(() => waiting.count === 1);
    await query.close();
    expect(await answer).toMatchObject({ status: 200, body: { status: 'processing' } });
    expect(order).toEqual(['waits', 'answer', 'listener', 'commit listener', 'pool']);
  });
});
