import { AssignerProtocol, type Broker, type Cluster, type Kafka, type PartitionMetadata } from 'kafkajs';

import { LogNotReady, LogUnavailable } from '../port/errors';
import { isFinal, toLogError } from './faults';
import { inTurn } from './in-turn';

/** Brokers that a client is connected to, for asking them what its producers and consumers have no call for. */
export interface Reader {
  /**
   * Does some asking, and does it anew over fresh connections when the first try failed for a reason that may be a leader
   * that moved or a connection that died. Rejects with a LogError, in bounded time.
   */
  use<Value>(work: (cluster: Cluster) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** However many times it is tried. */
const MAX_USE_MS = 20_000;

/** A reader over a client. Connects when it is used. */
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
      // What was asked for is missing, and the client keeps asking for it on each occasion.
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
 * The client's brokers. kafkajs hands them to whoever assigns the partitions of a group, which is the one public way to
 * them; that group is never joined (docs/adr/0021).
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
  if (found === undefined) throw new Error('kafkajs made a consumer without asking for its assigner');
  return found;
}

async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LogUnavailable(`no answer within ${MAX_USE_MS} ms`)), MAX_USE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw toLogError(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A topic's partitions in order, as the brokers say now; also brings the client's own view up to date. Rejects with
 * `LogNotReady` for a topic that is not there.
 */
export async function partitionsOf(cluster: Cluster, topic: string): Promise<PartitionMetadata[]> {
  // Two at once would each connect to the brokers that they learn of, and kafkajs closes one of the two.
  await inTurn(cluster, async () => {
    await cluster.addMultipleTargetTopics([topic]);
    await cluster.refreshMetadata();
  });
  const partitions = [...cluster.findTopicPartitionMetadata(topic)].sort((a, b) => a.partitionId - b.partitionId);
  if (partitions.length === 0) throw new LogNotReady(`the topic ${topic} is missing: run setup`);
  return partitions;
}

/** The leaders of some partitions, each with those that it leads. */
export async function leadersOf(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Promise<{ broker: Broker; led: readonly number[] }[]> {
  const byLeader = Object.entries(cluster.findLeaderForPartitions(topic, [...partitions]));
  return Promise.all(byLeader.map(async ([nodeId, led]) => ({ broker: await cluster.findBroker({ nodeId }), led })));
}
