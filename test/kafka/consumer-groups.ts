import type { Shell } from '../interoperability/documented-commands';

/** One line of what Kafka's own tool says of a group. */
export interface GroupPosition {
  readonly topic: string;
  readonly partition: number;
  /** NaN where nothing was committed. */
  readonly committed: number;
  readonly end: number;
  readonly lag: number;
}

/** What `kafka-consumer-groups.sh --describe` says of a group, in the order of partitions. Takes the seconds that Java does. */
export async function describeGroup(shell: Shell, brokers: string, group: string): Promise<readonly GroupPosition[]> {
  const command = `kafka-consumer-groups.sh --bootstrap-server ${brokers} --describe --group ${group}`;
  const [names = [], ...rows] = (await shell.run(command))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
  const column = (row: readonly string[], name: string): string => row[names.indexOf(name)] ?? '';
  return rows
    .map((row) => ({
      topic: column(row, 'TOPIC'),
      partition: Number(column(row, 'PARTITION')),
      committed: Number(column(row, 'CURRENT-OFFSET')),
      end: Number(column(row, 'LOG-END-OFFSET')),
      lag: Number(column(row, 'LAG')),
    }))
    .sort((a, b) => a.partition - b.partition);
}
