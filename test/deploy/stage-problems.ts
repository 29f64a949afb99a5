import type { ComposeFile, Service } from './compose-file';

/** Versions that the rest of the tree runs on. */
export interface Versions {
  /** Of Kafka, in tools/kafka/pom.xml: `4.1.1`. */
  readonly kafka: string;
  /** Of the embedded Postgres: `18.4`. */
  readonly postgres: string;
  /** Of the package: `0.1.0`. */
  readonly ledger: string;
}

/** What holds for every service, and for Kafka and Postgres: a line for each thing that does not. */
export function stageProblems(file: ComposeFile, versions: Versions): readonly string[] {
  const every = Object.entries(file.services).flatMap(([name, service]) =>
    [...imageProblems(service, versions), ...hardeningProblems(service), ...volumeProblems(service, file)].map(
      (problem) => `${name}: ${problem}`,
    ),
  );
  return [...every, ...kafkaProblems(file), ...postgresProblems(file), ...orderProblems(file)];
}

const says = (right: boolean, problem: string): string[] => (right ? [] : [problem]);

function imageProblems({ image }: Service, { kafka, postgres, ledger }: Versions): string[] {
  const [name = '', tag = ''] = image.split(':');
  const wanted = { 'apache/kafka': kafka, postgres, 'mps-ledger': ledger }[name];
  if (wanted === undefined) return [`${image} is an image that nobody has looked at`];
  return says(tag === wanted || tag.startsWith(`${wanted}-`), `${image} is not ${name}:${wanted}`);
}

function hardeningProblems(service: Service): string[] {
  const open = service.ports.filter((port) => !port.startsWith('127.0.0.1:'));
  return [
    ...open.map((port) => `${port} is published beyond loopback`),
    ...says(service.capDrop.includes('ALL'), 'it keeps capabilities'),
    ...says(service.securityOpt.includes('no-new-privileges:true'), 'it may gain privileges'),
  ];
}

/** Where the images keep their data: Kafka's Dockerfile (VOLUME), and that of Postgres from 18 on. */
const DATA: Readonly<Record<string, string>> = { kafka: '/var/lib/kafka/data', postgres: '/var/lib/postgresql' };

/** Whether it is a folder of the host. */
const isFolder = (name: string): boolean => /^[./]/.test(name);

function volumeProblems({ volumes }: Service, file: ComposeFile): string[] {
  return volumes
    .map((volume) => volume.split(':')[0] ?? '')
    .filter((name) => !isFolder(name) && !file.volumes.includes(name))
    .map((name) => `there is no volume ${name}`);
}

function keepsData(file: ComposeFile, name: string): string[] {
  const mounted = (file.services[name]?.volumes ?? []).map((volume) => volume.split(':')[1]);
  return says(
    mounted.includes(DATA[name]),
    `${name}: its data is not on a volume: the image keeps it at ${DATA[name]}`,
  );
}

/** Kafka's settings, and who is told of which listener. */
function kafkaProblems(file: ComposeFile): string[] {
  const broker = file.services['kafka']?.environment ?? {};
  const advertised = (broker['KAFKA_ADVERTISED_LISTENERS'] ?? '').split(',').map((listener) => listener.split('://'));
  const places = advertised.map(([, place = '']) => place);
  const bound = (broker['KAFKA_LISTENERS'] ?? '').split(',').map((listener) => listener.replace(/:\/\/.*:/, ':'));
  const published = (file.services['kafka']?.ports ?? []).map((port) => port.split(':').slice(0, 2).join(':'));
  const clients = Object.entries(file.services).filter(([, { environment }]) => 'KAFKA_BROKERS' in environment);
  return [
    ...keepsData(file, 'kafka'),
    ...says(broker['KAFKA_LOG_DIRS'] === DATA['kafka'], `kafka: it writes to ${broker['KAFKA_LOG_DIRS']}`),
    ...says(broker['KAFKA_AUTO_CREATE_TOPICS_ENABLE'] === 'false', 'kafka: it makes topics that setup has not checked'),
    ...Object.entries(broker)
      .filter(([name, value]) => /_(REPLICATION_FACTOR|MIN_ISR)$/.test(name) && value !== '1')
      .map(([name, value]) => `kafka: ${name} is ${value}, and there is one broker`),
    ...advertised
      .filter(([name = '', place = '']) => !bound.includes(`${name}:${place.split(':')[1] ?? ''}`))
      .map(([name, place]) => `kafka: ${name} is advertised at ${place}, where nothing listens`),
    ...published
      .filter((place) => !places.includes(place))
      .map((place) => `kafka: ${place} is published, not advertised`),
    ...clients
      .filter(([, { environment }]) => !places.includes(environment['KAFKA_BROKERS'] ?? ''))
      .map(([name, { environment }]) => `${name}: no broker is advertised at ${environment['KAFKA_BROKERS']}`),
    ...clients
      .filter(([name, { environment }]) => name !== 'query' && environment['KAFKA_SINGLE_BROKER'] !== 'true')
      .map(([name]) => `${name}: it would refuse the topics of a single broker`),
  ];
}

function postgresProblems(file: ComposeFile): string[] {
  const {
    POSTGRES_USER: user = '',
    POSTGRES_PASSWORD: password = '',
    POSTGRES_DB: db = '',
  } = file.services['postgres']?.environment ?? {};
  const url = `postgres://${user}:${password}@postgres:5432/${db}`;
  const elsewhere = Object.entries(file.services).filter(
    ([, { environment }]) => 'DATABASE_URL' in environment && environment['DATABASE_URL'] !== url,
  );
  return [
    ...keepsData(file, 'postgres'),
    ...elsewhere.map(([name]) => `${name}: its DATABASE_URL is not the Postgres beside it`),
  ];
}

/** What `up --wait` needs to end; what runs on must come back by itself. */
function orderProblems(file: ComposeFile): string[] {
  return Object.entries(file.services).flatMap(([name, service]) => {
    const ends = name === 'setup' || name === 'simulator';
    const waits = Object.entries(service.dependsOn).flatMap(([other, condition]) => {
      const target = file.services[other];
      if (target === undefined) return [`${name}: it waits for ${other}, which is not there`];
      const wanted = target.healthcheck === null ? 'service_completed_successfully' : 'service_healthy';
      return says(condition === wanted, `${name}: it waits until ${other} is ${condition}, not ${wanted}`);
    });
    const restart = ends ? 'no' : 'unless-stopped';
    return [
      ...waits,
      ...says(service.restart === restart, `${name}: its restart policy is ${service.restart}, not ${restart}`),
    ];
  });
}
