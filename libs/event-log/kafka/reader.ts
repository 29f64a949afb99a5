import { Mutex, withTimeout } from '@mps-ledger/async';
import { AssignerProtocol, type Broker, type Cluster, type Kafka, type PartitionMetadata } from 'kafkajs';

import { LogNotReady, LogUnavailable } from '../port/errors';
import { isFinal, toLogError } from './faults';

/** Requests to the brokers that producers and consumers of kafkajs do not offer. */
export interface Reader {
  /**
   * Runs requests, and once more over new connections when the first attempt failed for a reason that may be a moved leader or a
   * lost connection. Rejects with a LogError, in bounded time.
   */
  use<Value>(work: (cluster: Cluster) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** One refresh of a cluster's metadata at a time. */
const refreshMutex = new Mutex<Cluster>();
/** Over all attempts. */
const MAX_USE_MS = 20_000;

/** Creates a reader over a client. Connects on first use. */
export function makeReader(client: Kafka): Reader {
  let current: Promise<Cluster> | undefined;
  let isClosed = false;
  const connect = async (): Promise<Cluster> => {
    const cluster = clusterOf(client);
    await cluster.connect();
    return cluster;
  };
  const forget = (cluster: Promise<Cluster> | undefined): void => {
    if (current === cluster) current = undefined;
    void cluster?.then((one) => one.disconnect()).catch(() => undefined);
  };
  const attempt = async <Value>(work: (cluster: Cluster) => Promise<Value>): Promise<Value> => {
    if (isClosed) throw new LogUnavailable('the log is closed');
    const cluster = (current ??= connect());
    try {
      return await work(await cluster);
    } catch (error) {
      // kafkajs would keep requesting metadata of a missing topic.
      forget(cluster);
      throw error;
    }
  };
  return {
    use: (work) =>
      inTime(
        attempt(work).catch((error: unknown) => {
          if (isFinal(error)) throw error;
          return attempt(work);
        }),
      ),
    async close() {
      isClosed = true;
      const cluster = current;
      current = undefined;
      await cluster?.then((one) => one.disconnect()).catch(() => undefined);
    },
  };
}

/**
 * The client's cluster. kafkajs passes it to the assigner of a group, which is the one public way to it; that group is never
 * joined (docs/adr/0021).
 */
function clusterOf(client: Kafka): Cluster {
  let found: Cluster | undefined;
  client.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster;
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: ({ topics }) => ({
            name: 'none',
            metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
          }),
        };
      },
    ],
  });
  if (found === undefined) throw new Error('kafkajs created a consumer without calling its assigner');
  return found;
}

function inTime<Value>(work: Promise<Value>): Promise<Value> {
  const late = (): LogUnavailable => new LogUnavailable(`no answer within ${MAX_USE_MS} ms`);
  return withTimeout(work, MAX_USE_MS, late).catch((error: unknown) => {
    throw toLogError(error);
  });
}

/**
 * Reads a topic's partitions, in order; also refreshes the client's metadata. Rejects with `LogNotReady` for a topic that does
 * not exist.
 */
export async function partitionsOf(cluster: Cluster, topic: string): Promise<PartitionMetadata[]> {
  // Two concurrent refreshes would each connect to newly found brokers, and kafkajs closes only one of the connections.
  await refreshMutex.run(cluster, async () => {
    await cluster.addMultipleTargetTopics([topic]);
    await cluster.refreshMetadata();
  });
  const partitions = [...cluster.findTopicPartitionMetadata(topic)].sort((a, b) => a.partitionId - b.partitionId);
  if (partitions.length === 0) throw new LogNotReady(`the topic ${topic} is missing: run setup`);
  return partitions;
}

/** The leaders of some partitions, each with the partitions that it leads. */
export async function leadersOf(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Promise<{ broker: Broker; led: readonly number[] }[]> {
  const byLeader = Object.entries(cluster.findLeaderForPartitions(topic, [...partitions]));
  return Promise.all(byLeader.map(async ([nodeId, led]) => ({ broker: await cluster.findBroker({ nodeId }), led })));
}
