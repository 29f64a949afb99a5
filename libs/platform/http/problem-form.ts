import { PROBLEM_MEDIA_TYPE, problemBody, type Problem } from './problem';

/** A problem as an answer. */
export interface WrittenProblem {
  readonly status: number;
  /** Sent exactly so. */
  readonly contentType: string;
  readonly body: string;
}

/**
 * Writes a problem as an answer. `instance` is the requested path, without its query; undefined where no request was read. Must not
 * throw.
 */
export type ProblemForm = (problem: Problem, requestId: string, instance?: string) => WrittenProblem;

/** RFC 9457 problem details, under the status of the problem. */
export const problemJson: ProblemForm = (problem, requestId, instance) => ({
  status: problem.status,
  contentType: PROBLEM_MEDIA_TYPE,
  body: problemBody(problem, requestId, instance),
});
