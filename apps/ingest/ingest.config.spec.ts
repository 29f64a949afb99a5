import { ConfigurationError, readConfiguration } from '@mps-ledger/platform';
import { ingestMistakes, ingestSettings } from './ingest.config';
import { notificationSourcesOf } from './sources/notification-sources';

const needed = { EVENT_LOG: 'postgres', DATABASE_URL: 'postgres://localhost/ledger' };

const read = (env: Record<string, string>) =>
  readConfiguration(ingestSettings, { ...needed, ...env }, { app: 'ingest', check: ingestMistakes });

/** What is said against these settings. */
function mistakes(env: Record<string, string>) {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('the settings of ingest', () => {
  it('take callbacks on loopback, at the default path, from one source of account default', () => {
    const config = read({});
    expect(config).toMatchObject({ CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 8081, HEALTH_PORT: 8082 });
    expect(notificationSourcesOf(config)).toEqual([
      { id: 'default', account: 'default', transport: 'callback', path: 'mps', keys: [], expired: 'accept' },
    ]);
  });

  const queue = {
    ...{ CMQ_ENDPOINT: 'https://cmq-gz.example.test', CMQ_QUEUE: 'mps-events' },
    ...{ CMQ_SECRET_ID: 'AKIDexample0000', CMQ_SECRET_KEY: 'exampleSecretKey' },
  };

  it('name one queue beside the callback', () => {
    const endpoint = { protocol: 'https:', hostname: 'cmq-gz.example.test', port: null, host: 'cmq-gz.example.test' };
    expect(notificationSourcesOf(read(queue))).toEqual([
      expect.objectContaining({ transport: 'callback' }),
      {
        ...{ id: 'cmq', account: 'default', transport: 'cmq-queue', keys: [], expired: 'accept', queue: 'mps-events' },
        ...{
          secretId: 'AKIDexample0000',
          secretKey: 'exampleSecretKey',
          endpoint: { ...endpoint, path: '/v2/index.php' },
        },
      },
    ]);
  });

  it('say how old a message of the queue may become', () => {
    expect(notificationSourcesOf(read({ ...queue, CMQ_MAX_UNACKED_SECONDS: '43200' }))[1]).toMatchObject({
      maxUnackedSeconds: 43_200,
    });
    expect(mistakes({ ...queue, CMQ_MAX_UNACKED_SECONDS: '43201' })).toMatchObject([
      { key: 'CMQ_MAX_UNACKED_SECONDS' },
    ]);
    expect(mistakes({ CMQ_MAX_UNACKED_SECONDS: '60' })).toHaveLength(4);
  });

  it('name a queue as a whole, or not at all', () => {
    const { CMQ_SECRET_KEY: _, ...rest } = queue;
    expect(mistakes(rest)).toEqual([{ key: 'CMQ_SECRET_KEY', message: expect.stringContaining('CMQ_SECRET_ID') }]);
    expect(mistakes({ CMQ_QUEUE: 'q' }).map(({ key }) => key)).toEqual([
      'CMQ_ENDPOINT',
      'CMQ_SECRET_ID',
      'CMQ_SECRET_KEY',
    ]);
    expect(mistakes({ ...queue, CMQ_QUEUE: 'not a name' })).toMatchObject([{ key: 'CMQ_QUEUE' }]);
  });

  it.each([
    'cmq-gz.example.test',
    'ftp://cmq-gz.example.test',
    'https://AKID:key@cmq-gz.example.test',
    'https://cmq-gz.example.test/?a=b',
    'https://',
  ])('refuse the address %s of a queue', (CMQ_ENDPOINT) => {
    const [mistake, ...others] = mistakes({ ...queue, CMQ_ENDPOINT });
    expect([mistake?.key, others]).toEqual(['CMQ_ENDPOINT', []]);
    expect(mistake?.message).not.toContain('AKID:key');
  });

  it('take several keys, so that one can be rotated', () => {
    expect(notificationSourcesOf(read({ MPS_NOTIFY_KEY: 'old-key, new-key' }))).toMatchObject([
      { keys: ['old-key', 'new-key'] },
    ]);
  });

  it.each<Record<string, string>>([
    { CALLBACK_HOST: '0.0.0.0' },
    { CALLBACK_HOST: '10.0.0.7', MPS_NOTIFY_PATH: 'fifteen-letters' },
    { CALLBACK_HOST: 'ledger.example' },
  ])('refuse a path that can be guessed where others reach it, and offer another each time: %j', (env) => {
    const [first, second] = [mistakes(env), mistakes(env)].map((found) => {
      expect(found.map(({ key }) => key)).toEqual(['MPS_NOTIFY_PATH']);
      return /MPS_NOTIFY_PATH=(\S+)$/.exec(found[0]?.message ?? '')?.[1] ?? '';
    });
    expect(first).not.toBe(second);
    expect(mistakes({ ...env, MPS_NOTIFY_PATH: first ?? '' })).toEqual([]);
  });

  it.each(['::1', 'localhost', '127.0.0.2'])('allow the default path on %s', (host) => {
    expect(mistakes({ CALLBACK_HOST: host })).toEqual([]);
  });

  it.each(['a/b', 'x'.repeat(129), 'ü', 'a?b'])('refuse the path %j, which no URL spells so', (path) => {
    expect(mistakes({ MPS_NOTIFY_PATH: path }).map(({ key }) => key)).toEqual(['MPS_NOTIFY_PATH']);
  });

  it('demand a log and a database', () => {
    const found = mistakes({ EVENT_LOG: '', DATABASE_URL: '' });
    expect(found.map(({ key }) => key).sort()).toEqual(['DATABASE_URL', 'EVENT_LOG']);
  });
});
