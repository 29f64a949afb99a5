import { kafkaProgram, runKafkaTool } from './jars';

interface LogDirs {
  readonly brokers: readonly {
    readonly logDirs: readonly {
      readonly partitions: readonly { readonly partition: string; readonly size: number }[];
    }[];
  }[];
}

/**
 * The size of topics on the brokers' disks in bytes, over all partitions and replicas, according to Kafka's own tool. In the given
 * order; NaN for a topic that does not exist.
 */
export async function storedBytes(brokers: readonly string[], topics: readonly string[]): Promise<readonly number[]> {
  const args = ['--bootstrap-server', brokers.join(','), '--describe', '--topic-list', topics.join(',')];
  const printed = await runKafkaTool(await kafkaProgram(), 'org.apache.kafka.tools.LogDirsCommand', args);
  const said = JSON.parse(printed.slice(printed.indexOf('{'))) as LogDirs;
  const partitions = said.brokers.flatMap(({ logDirs }) => logDirs.flatMap((folder) => folder.partitions));
  return topics.map((topic) => {
    const sizes = partitions.filter(({ partition }) => topicOf(partition) === topic).map(({ size }) => size);
    return sizes.length === 0 ? Number.NaN : sizes.reduce((sum, size) => sum + size);
  });
}

/** `topic-0` → `topic`. */
const topicOf = (partition: string): string => partition.slice(0, partition.lastIndexOf('-'));
