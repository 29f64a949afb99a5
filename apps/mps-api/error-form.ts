import { randomUUID } from 'node:crypto';
import type { Problem, ProblemForm } from '@mps-ledger/platform';
import { errorText } from './api-error';
import type { ApiErrorCode } from './api-error';
import type { CountAnswer } from './mps-api-metrics';

/** The vendor's codes for problems of the listener, by their status. */
const BY_STATUS: Readonly<Record<number, ApiErrorCode>> = {
  405: 'UnsupportedProtocol',
  413: 'RequestSizeLimitExceeded',
  414: 'RequestSizeLimitExceeded',
  415: 'UnsupportedProtocol',
  431: 'RequestSizeLimitExceeded',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The RequestId of an answer: the id under which the request is logged, unless the client chose one that is no UUID. */
export function requestIdOf(id: string): string {
  return UUID.test(id) ? id : randomUUID();
}

/**
 * The form of what no action answers, such as a body that is too large or a request that is no HTTP. The SDKs of Node, Java and Python
 * read a code under HTTP 200 only; the one of Python, only of an answer that is exactly `application/json`.
 */
export function makeErrorForm(count: CountAnswer): ProblemForm {
  return (problem, requestId) => {
    const code = BY_STATUS[problem.status] ?? 'InvalidRequest';
    count(null, code);
    const body = errorText({ code, message: messageOf(problem) }, requestIdOf(requestId));
    return { status: 200, contentType: 'application/json', body };
  };
}

function messageOf({ status, message }: Problem): string {
  return status === 404 ? 'There is nothing at this path: the API is at `/`, for GET and POST.' : message;
}
