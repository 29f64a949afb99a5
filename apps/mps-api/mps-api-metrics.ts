import type { Metrics } from '@mps-ledger/platform';
import type { ActionAnswer } from './answer-action';

/** Counts an answer. */
export type CountAnswer = (action: ActionAnswer['action'], error: ActionAnswer['error']) => void;

/** The label for an action that is none of ours, or that was not read. */
const UNKNOWN = 'unknown';

/** The code of an answer without an error. */
const NO_ERROR = 'ok';

/** Adds the metric of the app; asked again, answers the same. */
export function makeCountAnswer(metrics: Metrics): CountAnswer {
  const answers = metrics.counter({
    name: 'mps_api_requests_total',
    help: 'Requests of the API that parses notifications as the vendor does, by action and error code (ok: no error).',
    labels: ['action', 'code'],
  });
  return (action, error) => answers.inc({ action: action ?? UNKNOWN, code: error ?? NO_ERROR });
}
