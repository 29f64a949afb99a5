import { kafkaProgram, runKafkaTool } from './jars';

interface LogDirs {
  readonly brokers: readonly {
    readonly logDirs: readonly {
      readonly partitions: readonly { readonly partition: string; readonly size: number }[];
    }[];
  }[];
}

/**
 * What Kafka's own tool says that topics take on the brokers' disks, in bytes, all partitions and replicas together; in the
 * order asked for, NaN for a topic that they do not have.
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
