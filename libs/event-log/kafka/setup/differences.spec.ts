import type { KafkaConnection } from '../client';
import { command, differencesOf } from './differences';
import { settingsOf, type FoundTopic, type WantedTopics } from './topic-settings';

const wanted: WantedTopics = { layout: { topics: ['events'] } };
const settings = new Map(settingsOf(wanted, 'events').map(({ name, value }) => [name, value]));

const connection: KafkaConnection = { brokers: ['a:1', 'b:2'] };

const fixes = ({ nodes = [1, 2, 3], ...found }: Partial<FoundTopic> & { nodes?: number[] }): string[] =>
  differencesOf({
    ...{ wanted, connection, nodes, topic: 'events', name: 'p.events' },
    found: { replicas: Array.from({ length: 4 }, () => [1, 2, 3]), settings, own: [], ...found },
  }).map(({ fix }) => fix);

describe('what would fix a topic', () => {
  it('is nothing where it is as it must be', () => {
    expect(fixes({})).toEqual([]);
  });

  it('is, where replicas are too few, a plan of brokers that there are', () => {
    const [fix = ''] = fixes({ replicas: [[1], [2], [3, 4], [4, 1, 2]], nodes: [1, 2, 3, 4] });
    expect(fix).toMatch(/^kafka-reassign-partitions\.sh --bootstrap-server a:1,b:2 --execute/);
    const plan = JSON.parse(/plan\.json: (.+); or/.exec(fix)![1]!) as { partitions: { replicas: number[] }[] };
    const replicas = plan.partitions.map((one) => one.replicas);
    expect(replicas.map(([first]) => first)).toEqual([1, 2, 3, 4]);
    for (const nodes of replicas) {
      expect(new Set(nodes).size).toBe(3);
      expect(nodes.every((node) => [1, 2, 3, 4].includes(node))).toBe(true);
    }
  });

  it('is more brokers where there are too few of them', () => {
    expect(fixes({ replicas: [[1], [1], [1], [1]], nodes: [1] })).toEqual([
      'the cluster has 1 brokers: add 2, then ask again how to use them; or allow a single broker',
    ]);
  });

  it('names the file that says how to log in, where that is needed', () => {
    const sasl = { mechanism: 'plain', username: 'me', password: 'x' } as const;
    expect(command({ brokers: ['a:1'] }, 'configs', '--alter')).toBe('kafka-configs.sh --bootstrap-server a:1 --alter');
    for (const secured of [{ sasl }, { tls: true }, { tls: { ca: 'x' } }])
      expect(command({ brokers: ['a:1'], ...secured }, 'topics', '--list')).toBe(
        'kafka-topics.sh --bootstrap-server a:1 --command-config client.properties --list',
      );
  });
});
