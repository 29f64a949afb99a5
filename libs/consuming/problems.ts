import type { PartitionWork } from './coordination';

const MAX_REPORTED = 3;

/** The blocked partitions in words, the first few of them, for a health report; null: none. */
export function describeProblems(problems: readonly PartitionWork[]): string | null {
  if (problems.length === 0) return null;
  const reported = problems.slice(0, MAX_REPORTED).map(describeProblem).join('; ');
  return problems.length > MAX_REPORTED ? `${reported}; and ${problems.length - MAX_REPORTED} more` : reported;
}

function describeProblem({ topic, partition, problem, problemCode }: PartitionWork): string {
  const code = problemCode === null ? '' : `${problemCode}: `;
  return `${topic}/${partition} is blocked: ${code}${problem ?? ''}`;
}
