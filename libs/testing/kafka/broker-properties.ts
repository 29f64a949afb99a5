/** The listeners and the data folder of one broker. */
export interface BrokerPlace {
  readonly nodeId: number;
  readonly port: number;
  readonly controllerPort: number;
  /** The advertised port; different from its own port if there is a proxy before it. */
  readonly advertisedPort: number;
  /** A second port that bypasses any proxy, used between brokers. Default: none. */
  readonly directPort?: number;
  /** The data folder. */
  readonly folder: string;
}

/**
 * The configuration of one broker of a KRaft cluster, as lines of its properties file. Internal topics of Kafka have as many replicas
 * as there are brokers, at most three.
 *
 * @param settings added to these, or overriding them
 */
export function brokerProperties(
  place: BrokerPlace,
  all: readonly BrokerPlace[],
  settings: Readonly<Record<string, string>>,
): string {
  const { nodeId, folder } = place;
  const replicas = String(Math.min(3, all.length));
  const inSync = String(Math.min(2, all.length));
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': String(nodeId),
    'controller.quorum.voters': all.map((one) => `${one.nodeId}@127.0.0.1:${one.controllerPort}`).join(','),
    ...listenerProperties(place),
    'log.dirs': folder,
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '6',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '6',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    ...settings,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function listenerProperties({ port, controllerPort, advertisedPort, directPort }: BrokerPlace): Record<string, string> {
  const direct = directPort === undefined ? [] : [`DIRECT://127.0.0.1:${directPort}`];
  const controller = `CONTROLLER://127.0.0.1:${controllerPort}`;
  return {
    listeners: [`CLIENTS://127.0.0.1:${port}`, ...direct, controller].join(','),
    'advertised.listeners': [`CLIENTS://127.0.0.1:${advertisedPort}`, ...direct].join(','),
    'listener.security.protocol.map': 'CLIENTS:PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': directPort === undefined ? 'CLIENTS' : 'DIRECT',
  };
}
