import { makePostgresLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, hostile, startApp, testDatabase } from '@mps-ledger/testing';
import { send } from '../standalone/notifications';
import { caughtUp } from './ledger';
import { failing, verifyNow } from './verifying';

jest.setTimeout(180_000);

const SEED = Number(process.env['HOSTILE_SEED'] ?? '11');

it(`finds nothing where the log was as bad as logs may be (HOSTILE_SEED=${SEED})`, async () => {
  const database = await testDatabase();
  const [api, callbacks] = await freePorts(2);
  const ports = { API_PORT: `${api}`, CALLBACK_PORT: `${callbacks}`, LEDGER_PARTITIONS: '2', SHUTDOWN_DELAY_MS: '0' };
  const env = { ...ports, DATABASE_URL: database.url, LOG_LEVEL: 'error', HOSTILE_SEED: `${SEED}` };
  const program = startApp('test/hostile-standalone.js', { env });
  // Offsets have gaps in the eyes of the ledger, and so they must have here.
  const log = hostile(makePostgresLog({ url: database.url }), { seed: SEED });
  try {
    const url = `http://127.0.0.1:${api}`;
    await eventually(async () => (await fetch(`${url}/readyz`)).status === 200, { timeoutMs: 90_000 });
    const to = { api: url, callbacks: `http://127.0.0.1:${callbacks}/notify/mps`, data: '', commands: [] };
    for (let n = 0; n < 40; n += 1) await eventually(() => send(to, `task-${n % 8}`));
    await caughtUp(database.url, log);
    program.signal('SIGTERM');
    await program.ended;
    const result = await verifyNow({ pool: database.pool(), log });
    expect(result.checks.flatMap(({ differences }) => differences)).toEqual([]);
    expect(failing(result)).toEqual([]);
    expect(result.sums.notifications.raw).toBeGreaterThanOrEqual(40);
    expect(result.sums.records.history).toBeGreaterThan(result.sums.events.applied);
  } finally {
    program.signal('SIGKILL');
    await program.ended;
    await log.close();
    await database.close();
  }
});
