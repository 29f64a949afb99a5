import { withoutServiceLinks } from './service-links';
import { isMisspelling } from './misspelling';
import { unknownNames } from './unknown-names';

const SETTINGS = [
  ...['API_HOST', 'API_PORT', 'API_KEYS', 'CALLBACK_HOST', 'CALLBACK_PORT', 'HEALTH_HOST', 'HEALTH_PORT'],
  ...['DATA_DIR', 'DATABASE_URL', 'DATABASE_DIRECT_URL', 'DATABASE_POOLER', 'EVENT_LOG', 'LOG_LEVEL'],
  ...['SHUTDOWN_DELAY_MS', 'MPS_NOTIFY_KEY', 'MPS_NOTIFY_PATH', 'KAFKA_BROKERS', 'KAFKA_TLS', 'LEDGER_PARTITIONS'],
];

function judged(env: Record<string, string>) {
  const { mistakes, warnings: doubts } = unknownNames(env, ['LEDGER_', 'MPS_', 'KAFKA_'], {
    own: SETTINGS,
    others: undefined,
  });
  const told = (all: typeof mistakes) => all.map(({ key, message }) => `${key} ${message}`);
  return { mistakes: told(mistakes), doubts: told(doubts) };
}

describe('a name misspelt is a mistake, whatever it begins with', () => {
  test.each([
    ['API_KEY', 'API_KEYS'],
    ['APIKEYS', 'API_KEYS'],
    ['api_keys', 'API_KEYS'],
    ['API-KEYS', 'API_KEYS'],
    ['API_KYES', 'API_KEYS'],
    ['AIP_KEYS', 'API_KEYS'],
    ['API_KEY_FILE', 'API_KEYS_FILE'],
    ['API_HOSTS', 'API_HOST'],
    ['API_PROT', 'API_PORT'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABASE_URI_FILE', 'DATABASE_URL_FILE'],
    ['DATABASE_URLS', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATABASE_POOLERS', 'DATABASE_POOLER'],
    ['DATADIR', 'DATA_DIR'],
    ['DATA_DIRS', 'DATA_DIR'],
    ['EVENTLOG', 'EVENT_LOG'],
    ['EVENTS_LOG', 'EVENT_LOG'],
    ['CALLBACK_PROT', 'CALLBACK_PORT'],
    ['CALBACK_HOST', 'CALLBACK_HOST'],
    ['SHUTDOWN_DELAY', 'SHUTDOWN_DELAY_MS'],
    ['SHUTDOWN_DELAY_SECONDS', 'SHUTDOWN_DELAY_MS'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
  ])('%s: did you mean %s', (name, meant) => {
    expect(judged({ [name]: 'x' })).toEqual({
      mistakes: [`${name} is no known setting. Did you mean ${meant}?`],
      doubts: [],
    });
  });

  test('but only a doubt where the right one is set as well, or where it may well be another name', () => {
    const doubts = ['DATABASE_URI is no known setting. Did you mean DATABASE_URL?'];
    expect(judged({ DATABASE_URI: 'x', DATABASE_URL: 'x' })).toEqual({ mistakes: [], doubts });
    for (const name of ['APP_KEYS', 'APP_PORT', 'APP_HOST']) {
      expect(judged({ [name]: 'x' })).toEqual({ mistakes: [], doubts: [expect.stringContaining(name)] });
    }
  });

  test('and an empty one is none', () => {
    expect(judged({ API_KEY: '', KAFKA_TSL: '' })).toEqual({ mistakes: [], doubts: [] });
  });
});

test('what environments usually hold is left alone', () => {
  const usual = `PATH HOME HOST HOSTNAME PORT PWD OLDPWD SHELL SHLVL TERM USER LOGNAME LANG LC_ALL TZ TMPDIR EDITOR _ CI DEBUG
    NODE_ENV NODE_OPTIONS NODE_PATH NODE_VERSION YARN_VERSION npm_config_loglevel npm_package_name npm_lifecycle_event INIT_CWD
    LOG_FILE LOG_DIR LOG_PATH LOG_FORMAT LOG_TO LOG LOGS LOGDIR SYSLOG_HOST
    DATABASE DATABASE_HOST DATABASE_PORT DATABASE_USER DATABASE_NAME DATABASE_PASSWORD DATABASE_SSL TEST_DATABASE_URL
    DB_URL DB_HOST DB_PORT POSTGRES_URL POSTGRES_PASSWORD PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGDATA PGSSLMODE
    API_URL API_BASE_URL API_TOKEN API_SECRET API_VERSION API_ROOT API_ENDPOINT APP_ENV APP_NAME APP_URL APP_DIR
    DATA_PATH DATA_HOME DATA_VOLUME XDG_DATA_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR JAVA_HOME HEALTH_CHECK_URL HEALTHCHECK
    CALLBACK_URL CALLBACK_PATH EVENT_ID EVENT_NAME SHUTDOWN_TIMEOUT HTTP_PROXY https_proxy no_proxy NO_COLOR SSL_CERT_FILE
    DOCKER_HOST CONTAINER_NAME KUBECONFIG AWS_REGION TENCENTCLOUD_SECRET_ID SSH_AUTH_SOCK GIT_AUTHOR_NAME FC_SEED`;
  const env = Object.fromEntries(usual.split(/\s+/).map((name) => [name, 'x']));
  expect(judged(env)).toEqual({ mistakes: [], doubts: [] });
});

test('no setting is a slip of another one', () => {
  for (const name of SETTINGS) {
    for (const other of SETTINGS)
      expect([name, other, isMisspelling(name, other)]).toEqual([name, other, name === other]);
  }
});

test('variables that Kubernetes sets for services are no settings, whatever the service is called', () => {
  const services = ['KAFKA', 'MPS_LEDGER', 'LEDGER', 'API', 'KAFKA_BROKERS', 'DATABASE', 'CALLBACK', 'HEALTH'];
  const links = services.flatMap((service) => [
    [`${service}_SERVICE_HOST`, '10.96.0.1'],
    [`${service}_SERVICE_PORT`, '9092'],
    [`${service}_SERVICE_PORT_HTTP_METRICS`, '9092'],
    [`${service}_PORT`, 'tcp://10.96.0.1:9092'],
    [`${service}_PORT_9092_TCP`, 'tcp://10.96.0.1:9092'],
    [`${service}_PORT_9092_TCP_PROTO`, 'tcp'],
    [`${service}_PORT_9092_TCP_PORT`, '9092'],
    [`${service}_PORT_9092_TCP_ADDR`, '10.96.0.1'],
    [`${service}_PORT_53_UDP_ADDR`, 'fd00::1'],
  ]);
  const own = { API_PORT: '8080', KAFKA_BROKERS: 'a:1', KAFKA_PROT: '9092' };
  expect(withoutServiceLinks({ ...Object.fromEntries(links), ...own })).toEqual(own);
  expect(withoutServiceLinks(Object.fromEntries(links))).toEqual({});
});
