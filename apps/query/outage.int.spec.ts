import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from './testing/planted-log';
import { serve } from './testing/serve';
import type { ServedQuery } from './testing/serve';
import { POOL } from './tokens';

jest.setTimeout(60_000);

/** A proxy to the database that can be cut and restored. */
class Way {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private open = true;

  constructor(private readonly target: URL) {
    this.server = createServer((near) => {
      if (!this.open) {
        near.destroy();
        return;
      }
      const far = connect(Number(target.port), target.hostname);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket
          .on('error', () => undefined)
          .on('close', () => {
            this.sockets.delete(socket);
            near.destroy();
            far.destroy();
          });
      }
      near.pipe(far).pipe(near);
    });
  }

  async url(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  cut(): void {
    this.open = false;
    for (const socket of this.sockets) socket.destroy();
  }

  restore(): void {
    this.open = true;
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}

const databases: TestDatabase[] = [];
const running: ServedQuery[] = [];

afterEach(async () => {
  for (const query of running.splice(0)) await query.close();
  for (const database of databases.splice(0)) await database.close();
});

async function database(prepared = true): Promise<TestDatabase> {
  const made = await testDatabase(
    prepared ? { template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } } : {},
  );
  databases.push(made);
  return made;
}

async function started(...options: Parameters<typeof serve>): Promise<ServedQuery> {
  const query = await serve(...options);
  running.push(query);
  return query;
}

const READS = [
  '/v1/tasks',
  '/v1/tasks/a',
  '/v1/tasks/a/history',
  '/v1/notifications',
  '/v1/notifications/r1.plantedlog01.1.0.1.abcdef',
];

describe('without Postgres', () => {
  it('reads are 503 with a reason, liveness and contract are not affected, and answers resume automatically', async () => {
    const { url, pool } = await database();
    const log = new PlantedLog(pool());
    await log.adopt();
    const way = new Way(new URL(url));
    const query = await started(await way.url());
    expect((await query.get('/v1/tasks')).status).toBe(200);
    const waiter = query.get('/v1/tasks/a?until=finished', { prefer: 'wait=60' });
    await eventually(async () => (await query.get('/metrics')).text.includes('query_waiters 1'));
    way.cut();
    for (const path of READS) {
      const { status, body, headers } = await query.get(path);
      expect([path, status, body.code]).toEqual([path, 503, 'database-unreachable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const path of ['/livez', '/openapi.json', '/schemas', '/metrics'])
      expect((await query.get(path)).status).toBe(200);
    expect((await query.get('/readyz?verbose')).body).toMatchObject({
      status: 'not-ready',
      checks: [{ name: 'query', ok: false }],
    });
    way.restore();
    for (const path of READS) await eventually(async () => (await query.get(path)).status !== 503, { what: path });
    expect((await query.get('/readyz')).status).toBe(200);
    await log.hear({ taskId: 'a', facts: [{ type: 'task.finished', data: { kind: 'workflow' } }] });
    expect((await waiter).body.status).toBe('finished');
    way.close();
  });

  it('also at the start: it serves as soon as there is one', async () => {
    const { url, pool } = await database();
    const way = new Way(new URL(url));
    const wayUrl = await way.url();
    way.cut();
    const query = await started(wayUrl);
    expect((await query.get('/v1/tasks')).body.code).toBe('database-unreachable');
    way.restore();
    await eventually(async () => (await query.get('/v1/tasks')).body.code === 'read-model-empty');
    await new PlantedLog(pool()).adopt();
    expect((await query.get('/v1/tasks')).status).toBe(200);
    way.close();
  });
});

describe('with a Postgres that is not ready for it', () => {
  it('says that setup has not run, and that no projector has', async () => {
    const { url, pool } = await database(false);
    const query = await started(url);
    for (const path of READS)
      expect((await query.get(path)).body).toMatchObject({ status: 503, code: 'read-model-missing' });
    expect((await query.get('/readyz?verbose')).body.checks[0].reason).toContain('run setup');
    await migrate(url, projectionSchema);
    for (const path of READS)
      expect((await query.get(path)).body).toMatchObject({ status: 503, code: 'read-model-empty' });
    expect((await query.get('/readyz?verbose')).body.checks[0].reason).toContain('no projector');
    await new PlantedLog(pool()).adopt();
    expect((await query.get('/v1/tasks')).status).toBe(200);
    expect((await query.get('/readyz')).status).toBe(200);
  });

  it('says that a statement took too long, and that no connection became free', async () => {
    const { url, pool } = await database();
    await new PlantedLog(pool()).adopt();
    const narrow = pool({ max: 1, statement_timeout: 200, connectionTimeoutMillis: 200 });
    const query = await started(url, { replace: [[POOL, narrow]] });
    const locking = await pool().connect();
    await locking.query('BEGIN; LOCK tasks_v1.task IN ACCESS EXCLUSIVE MODE');
    expect((await query.get('/v1/tasks')).body).toMatchObject({ status: 503, code: 'query-too-slow' });
    await locking.query('ROLLBACK');
    locking.release();
    // A new connection may take longer than the time limit of this pool on a busy machine.
    const only = await eventually(() => narrow.connect());
    expect((await query.get('/v1/tasks')).body).toMatchObject({ status: 503, code: 'database-busy' });
    only.release();
    expect((await query.get('/v1/tasks')).status).toBe(200);
  });

  it('a request with a wait also waits for a connection, and gets the reason at the timeout', async () => {
    const { url, pool } = await database();
    const log = new PlantedLog(pool());
    await log.adopt();
    const { receipt } = await log.hear({ taskId: 'a', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
    const narrow = pool({ max: 1, connectionTimeoutMillis: 100 });
    const query = await started(url, { replace: [[POOL, narrow]] });
    const only = await narrow.connect();
    expect((await query.get(`/v1/tasks/a?receipt=${receipt}`)).body.code).toBe('database-busy');
    expect((await query.get(`/v1/tasks/a?receipt=${receipt}`, { prefer: 'wait=1' })).body.code).toBe('database-busy');
    const tried = jest.spyOn(narrow, 'query');
    const answer = query.get(`/v1/tasks/a?receipt=${receipt}`, { prefer: 'wait=30' });
    await eventually(() => tried.mock.calls.length >= 2);
    only.release();
    expect((await answer).status).toBe(200);
  });
});

describe('its own connections', () => {
  it('are bounded, however many requests come at once, and are closed with the app', async () => {
    const { url, pool } = await database();
    await new PlantedLog(pool()).adopt();
    const query = await serve(url);
    const locking = await pool().connect();
    await locking.query('BEGIN; LOCK tasks_v1.task IN ACCESS EXCLUSIVE MODE');
    // Unlike reads of tasks, each is a statement of its own.
    const answers = Array.from({ length: 30 }, () => query.get('/v1/tasks/a/history'));
    await eventually(async () => {
      const { text } = await query.get('/metrics');
      return (
        text.includes('query_pool_connections{state="used"} 10') &&
        text.includes('query_pool_connections{state="awaited"} 2')
      );
    });
    await locking.query('ROLLBACK');
    locking.release();
    for (const { status } of await Promise.all(answers)) expect([404, 503]).toContain(status);
    const count = async (): Promise<number> => {
      const { rows } = await pool().query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'mps-ledger query%'`,
      );
      return rows[0]?.n ?? -1;
    };
    expect(await count()).toBeGreaterThan(0);
    await query.close();
    await eventually(async () => (await count()) === 0);
  });

  it('listens again when Postgres ended the connection that listened', async () => {
    const { url, pool } = await database();
    const log = new PlantedLog(pool());
    await log.adopt();
    const query = await started(url);
    const listener = async (): Promise<number | undefined> => {
      const { rows } = await pool().query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mps-ledger query listen' AND query LIKE 'LISTEN%'`,
      );
      return rows[0]?.pid;
    };
    const first = await eventually(listener);
    await pool().query('SELECT pg_terminate_backend($1)', [first]);
    await eventually(async () => {
      const second = await listener();
      return second !== undefined && second !== first;
    });
    expect((await query.get('/v1/tasks')).status).toBe(200);
  });
});
