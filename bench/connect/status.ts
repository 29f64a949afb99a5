/** What Kafka Connect says of a connector, as far as it is looked at. */
export interface ConnectorStatus {
  readonly tasks: readonly {
    readonly id: number;
    readonly state: string;
    /** A stack of Java's, where the task has failed. */
    readonly trace?: string;
  }[];
}

/** Why a connector does not do the work of so many tasks; null where it does. */
export function complaintOf({ tasks }: ConnectorStatus, wanted: number): string | null {
  const idle = tasks.find(({ state }) => state !== 'RUNNING');
  if (idle !== undefined) return `task ${idle.id} is ${idle.state}: ${causeIn(idle.trace ?? '')}`;
  return tasks.length === wanted ? null : `it has ${tasks.length} tasks instead of ${wanted}`;
}

/** The first cause of a stack of Java's, which is its last. */
function causeIn(trace: string): string {
  const causes = trace.split('\n').filter((line) => line.startsWith('Caused by: '));
  return causes.at(-1)?.slice('Caused by: '.length) ?? trace.split('\n')[0] ?? '';
}
