import type { operations } from './contract';

/** The name of an operation of the API that the page uses. */
export type OperationName = keyof operations;

type Ok<O extends OperationName> = operations[O]['responses'][200];

/** What an operation answers, as JSON. */
export type AnswerOf<O extends OperationName> = Ok<O> extends { content: { 'application/json': infer J } } ? J : never;

/** The parameters that an operation takes in its query. */
export type QueryOf<O extends OperationName> = NonNullable<operations[O]['parameters']['query']>;

/** A task in a list, with the members that the page asks for. */
export type ListedRow = Required<
  Pick<
    Extract<AnswerOf<'listTasks'>['items'][number], { failed_subtask?: unknown }>,
    | 'account'
    | 'task_id'
    | 'kind'
    | 'status'
    | 'outcome'
    | 'error_code'
    | 'confirmation'
    | 'contradicted'
    | 'parked'
    | 'incomplete'
    | 'version'
    | 'first_received'
    | 'updated'
    | 'failed_subtask'
  >
>;

/** A task as the API shows it alone. */
export type ShownTask = AnswerOf<'getTask'>;

/** A subtask of it. */
export type ShownSubtask = ShownTask['subtasks'][number];

/** How far everything is, from source to row. */
export type ShownPipeline = AnswerOf<'getPipeline'>;

/** Failures that have something in common. */
export type FailureGroup = AnswerOf<'listErrors'>['items'][number];
