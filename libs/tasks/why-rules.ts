/** How a shown value is determined from what was said about it. */
export const VALUE_RULES = {
  end: 'The reported end of the highest rank; before any end, the highest reported status. Error, message and output belong to that end.',
  report: 'The report of the highest rank.',
  maximum: 'The highest reported number.',
  computed: 'Computed from other values: `because` says how. The event is that of the value that decides.',
} as const;
export type ValueRule = keyof typeof VALUE_RULES;

/** By what something that was said loses against what is shown: the first of these in which the two differ, in the order of the rule. */
export const LOST_BY = {
  'lower-status': 'It says a lower status: a status never falls, and an end counts more than any open status.',
  empty: 'It says nothing: a value that is empty loses to any other.',
  'report-status': 'Its notification reports a lower status of the task: a FINISH knows more than a PROCESSING.',
  trust: 'It is trusted less: file, callback-unsigned, callback-signed, queue, reconciled, in this order.',
  'asked-time': 'It was asked for earlier; of reconciled reports.',
  'finish-time': 'The provider gives an earlier finish time, or none; of reconciled ends, it was asked for earlier.',
  'failed-over-succeeded': 'It is a success, the other a failure.',
  content: 'Only its content differs: the text of the key form decides, so that every reader decides alike.',
  'event-id': 'Its content is the same in key form: the event id decides.',
  'lower-number': 'It is a lower number.',
  'later-record': 'It says the same; the first such record on the log stands.',
} as const;
export type LostBy = keyof typeof LOST_BY;

/** The criteria of each rule, the first one first. */
export const CRITERIA: Readonly<Record<Exclude<ValueRule, 'computed'>, readonly LostBy[]>> = {
  end: ['lower-status', 'trust', 'finish-time', 'failed-over-succeeded', 'content', 'event-id'],
  report: ['empty', 'report-status', 'trust', 'asked-time', 'content', 'event-id'],
  maximum: ['lower-number'],
};
