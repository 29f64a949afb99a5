import { readDeployment } from './deployment';
import { checkConfiguration } from './checks/configuration';

const APPS = {
  DATABASE_URL: 'postgres://ledger:very-secret@db:5432/ledger',
  EVENT_LOG: 'kafka',
  KAFKA_BROKERS: 'k:9092',
};

const keysIn = (env: Record<string, string>) => {
  const { mistakes, doubts } = readDeployment(env);
  return { mistakes: mistakes.map(({ key }) => key), doubts: doubts.map(({ key }) => key) };
};

describe('the settings of a deployment', () => {
  it('are those of npm start where nothing is set', () => {
    const { programs, config, mistakes, doubts } = readDeployment({ PATH: '/bin', HOME: '/root' });
    expect([programs, mistakes, doubts]).toEqual(['npm start', [], []]);
    expect(config).toMatchObject({
      EVENT_LOG: 'postgres',
      DATA_DIR: '.mps-ledger',
      CALLBACK_PORT: 8081,
      HEALTH_PORT: 8082,
    });
  });

  it('are those of the three programs where the database and the log are named', () => {
    expect(readDeployment(APPS)).toMatchObject({ programs: 'ingest, projector and query', mistakes: [], doubts: [] });
  });

  it.each([
    [
      { ...APPS, HEALTH_PORT: 'x' },
      { mistakes: ['HEALTH_PORT'], doubts: [] },
    ],
    [
      { ...APPS, KAFKA_BROKERS: '' },
      { mistakes: ['KAFKA_BROKERS'], doubts: [] },
    ],
    [
      { ...APPS, API_HOST: '0.0.0.0', CALLBACK_HOST: '0.0.0.0' },
      { mistakes: ['MPS_NOTIFY_PATH', 'API_HOST'], doubts: [] },
    ],
    [{ EVENT_LOG: 'kafka' }, { mistakes: ['KAFKA_BROKERS'], doubts: [] }],
    [
      { DATABSE_URL: 'x', KAFKA_HEAP_OPTS: '-Xmx1g' },
      { mistakes: ['DATABSE_URL'], doubts: ['KAFKA_HEAP_OPTS'] },
    ],
    [
      { DATABASE_URL: 'mysql://x', LEDGER_PARTITIONS: '0' },
      { mistakes: ['DATABASE_URL', 'LEDGER_PARTITIONS'], doubts: [] },
    ],
    [{ MPS_NOTIFY_KEY_FILE: '/nowhere/key' }, { mistakes: ['MPS_NOTIFY_KEY_FILE'], doubts: [] }],
    // Only npm start has both listeners in one process.
    [
      { ...APPS, API_PORT: '9000', CALLBACK_PORT: '9000' },
      { mistakes: [], doubts: ['CALLBACK_PORT'] },
    ],
    [
      { API_PORT: '9000', CALLBACK_PORT: '9000' },
      { mistakes: ['CALLBACK_PORT'], doubts: [] },
    ],
    // What Kubernetes sets for services.
    [
      { KAFKA_PORT: 'tcp://10.0.0.1:9092', KAFKA_SERVICE_HOST: '10.0.0.1' },
      { mistakes: [], doubts: [] },
    ],
  ])('have these mistakes: %j', (env, expected) => {
    expect(keysIn(env)).toEqual(expected);
  });

  it('leave out what is wrong, and say that it was given', () => {
    const deployment = readDeployment({ DATABASE_URL: 'mysql://x', API_PORT: 'x' });
    expect(deployment.config).not.toHaveProperty('DATABASE_URL');
    expect(deployment.config).not.toHaveProperty('API_PORT');
    expect(deployment.isGiven('DATABASE_URL')).toBe(true);
  });

  it('are shown without secrets, each with what to do', () => {
    const url = 'postgres://ledger:very-secret@db:5432/ledger?sslmode=prefer';
    const items = checkConfiguration(readDeployment({ ...APPS, DATABASE_URL: url, API_KEYS: 'short-secret' }));
    expect(items.map(({ status }) => status)).toEqual(['finding', 'finding']);
    expect(JSON.stringify(items)).not.toMatch(/very-secret|short-secret/);
    expect(items.every((item) => 'fix' in item && item.fix.startsWith('correct '))).toBe(true);
  });
});
