import { replicationOf, settingsOf, type FoundTopic, type TopicDifference, type WantedTopics } from './topic-settings';

export interface Comparison {
  readonly wanted: WantedTopics;
  /** Without prefix, and with it. */
  readonly topic: string;
  readonly name: string;
  readonly found: FoundTopic;
  /** For the commands. */
  readonly brokers: readonly string[];
}

/** Everything in which a topic is otherwise than it must be, each with the command that would mend it. */
export function differencesOf(comparison: Comparison): TopicDifference[] {
  return [...inPartitions(comparison), ...inReplicas(comparison), ...inSettings(comparison)];
}

function inPartitions({ wanted, name, found, brokers }: Comparison): TopicDifference[] {
  const { partitions } = wanted.layout;
  const { length } = found.replicas;
  if (length === partitions) return [];
  const remove = command(brokers, 'topics', `--delete --topic ${name}`);
  return [
    {
      what: `${name} has ${length} partitions, not ${partitions}: their number is fixed when a log is made`,
      mend: `ask for ${length} partitions, use another topic prefix, or, if its records may be lost, ${remove} and run setup`,
    },
  ];
}

function inReplicas({ wanted, name, found, brokers }: Comparison): TopicDifference[] {
  const { replicas } = replicationOf(wanted);
  const least = Math.min(...found.replicas.map(({ length }) => length));
  if (least >= replicas) return [];
  const partitions = found.replicas.map((nodes, partition) => ({
    ...{ topic: name, partition },
    replicas: [...nodes, ...Array.from({ length: replicas - nodes.length }, () => '<another broker’s id>')],
  }));
  const plan = JSON.stringify({ version: 1, partitions });
  const reassign = command(brokers, 'reassign-partitions', '--execute --reassignment-json-file plan.json');
  return [
    {
      what: `${name} has ${least} replicas, not ${replicas}: one broker’s end would be its end`,
      mend: `${reassign} with plan.json: ${plan}; or allow a single broker`,
    },
  ];
}

function inSettings({ wanted, topic, name, found, brokers }: Comparison): TopicDifference[] {
  return settingsOf(wanted, topic).flatMap((setting) => {
    const is = found.settings.get(setting.name) ?? 'not told';
    if (is === setting.value || setting.fits?.(is) === true) return [];
    const change = `--alter --entity-type topics --entity-name ${name} --add-config ${setting.name}=${setting.value}`;
    return [
      { what: `${name} has ${setting.name}=${is}, not ${setting.value}`, mend: command(brokers, 'configs', change) },
    ];
  });
}

function command(brokers: readonly string[], tool: string, rest: string): string {
  return `kafka-${tool}.sh --bootstrap-server ${brokers.join(',')} ${rest}`;
}

/** Differences as text, one a line. */
export function inWords(differences: readonly TopicDifference[]): string {
  return differences.map(({ what, mend }) => `${what}\n  to mend it: ${mend}`).join('\n');
}
