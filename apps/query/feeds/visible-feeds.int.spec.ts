import { setUpKeys } from '@mps-ledger/api-keys';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { parsePosition } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeKey } from '../keys/testing/make-key';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { Answered, ServedQuery } from '../testing/serve';
import { SseClient } from '../testing/sse-client';
import { FEED_LIMITS } from '../tokens';

jest.setTimeout(120_000);

const STARTED: PlantedFact = { type: 'task.started', data: { kind: 'workflow' } };

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;
let headers: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  await setUpKeys(database.pool());
  const key = await makeKey(database.pool(), 'team', { accounts: ['ours'] });
  headers = { authorization: `Bearer ${key}` };
  query = await serve(database.url, { replace: [[FEED_LIMITS, { beatMs: 20 }]] });
  for (let n = 0; n < 30; n += 1)
    await log.hear({ account: n % 5 === 2 ? 'ours' : 'theirs', taskId: `t${n % 6}`, facts: [STARTED] });
});
afterAll(async () => {
  await query.close();
  await database.close();
});

const ask = (parameters: string): Promise<Answered> => query.get(`/v1/changes?${parameters}`, headers);
const offsetsOf = (position: string): readonly number[] => parsePosition(position)?.offsets ?? [];
const end = async (): Promise<string> => (await ask('after=now')).body.position as string;

describe.each(['facts', 'state-changes'])('with a key of one account, the position of %s', (stream) => {
  it('moves over records that the key does not show, and never back', async () => {
    const accounts: string[] = [];
    let at = '';
    for (let isOver = false; !isOver;) {
      const { body } = await ask(`stream=${stream}&limit=1${at === '' ? '' : `&after=${at}`}`);
      const position = body.position as string;
      const before = offsetsOf(at);
      expect(offsetsOf(position).every((offset, partition) => offset >= (before[partition] ?? 0))).toBe(true);
      accounts.push(...body.items.map(({ event }: { event: { data: { account: string } } }) => event.data.account));
      at = position;
      isOver = body.caught_up === true;
    }
    expect([...new Set(accounts)]).toEqual(['ours']);
    expect(at).toBe(await end());
  });

  it('is behind what comes and is not shown, in pages and in a stream', async () => {
    const at = await end();
    const client = await SseClient.open(`${query.url}/v1/stream?stream=${stream}&after=${at}`, headers);
    await client.until('caught_up');
    for (let n = 0; n < 5; n += 1) await log.hear({ account: 'theirs', taskId: `${stream} ${n}`, facts: [STARTED] });
    const { body } = await ask(`stream=${stream}&after=${at}`);
    expect(body).toMatchObject({ items: [], caught_up: true, position: await end() });
    expect(body.position).not.toBe(at);
    await eventually(() => client.events.at(-1)?.id === body.position);
    expect([client.ids, client.text.includes('theirs')]).toEqual([[], false]);
    client.close();
  });

  it('does not say by its filter whether another account has a task', async () => {
    const theirs = await ask(`stream=${stream}&task_id=t0&account=theirs`);
    const nobodys = await ask(`stream=${stream}&task_id=nobody`);
    expect([theirs.status, theirs.body]).toEqual([200, nobodys.body]);
  });
});
