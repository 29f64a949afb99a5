/** How a value is determined, in words (docs/api.md has them as a table). */
export const RULE_WORDS: Readonly<Record<string, string>> = {
  end: 'The reported end of the highest rank decides; before any end, the highest reported status.',
  report: 'The report of the highest rank decides.',
  maximum: 'The highest reported number decides.',
  computed: 'It is computed from other values.',
};

/** By what others lost, in words. */
export const LOST_WORDS: Readonly<Record<string, string>> = {
  'lower-status': 'it says a lower status',
  empty: 'it says nothing of it',
  'report-status': 'its notification reports a lower status of the task',
  trust: 'it is trusted less',
  'asked-time': 'it was asked for earlier',
  'finish-time': 'the provider gives it an earlier finish time, or none',
  'failed-over-succeeded': 'it is a success, and the other a failure',
  content: 'only its content differs; the order of texts decides',
  'event-id': 'it says the same; the order of ids decides',
  'lower-number': 'it is a lower number',
  'later-record': 'it says the same, later',
};
