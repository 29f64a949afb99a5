import { listKeys, setUpKeys } from '@mps-ledger/api-keys';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import { makeKey } from './testing/make-key';

jest.setTimeout(60_000);

it('the last use of a key is noted while it is used, and that of no other key', async () => {
  const database = await testDatabase({
    template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) },
  });
  const pool = database.pool();
  await new PlantedLog(pool).adopt();
  await setUpKeys(pool);
  const used = await makeKey(pool, 'used');
  await makeKey(pool, 'unused');
  const query = await serve(database.url);
  const lastUse = async (): Promise<Record<string, boolean>> =>
    Object.fromEntries((await listKeys(pool, true)).map(({ name, last_used }) => [name, last_used !== null]));
  expect(await lastUse()).toEqual({ used: false, unused: false });
  // Noted when keys are read the next time, which is while requests come.
  await eventually(async () => {
    expect((await query.get('/v1/tasks', { authorization: `Bearer ${used}` })).status).toBe(200);
    return (await lastUse())['used'];
  });
  expect(await lastUse()).toEqual({ used: true, unused: false });
  await query.close();
  await database.close();
});
