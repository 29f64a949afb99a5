import { ACTIONS, API_VERSION, CONTENT_PARAMETER } from './actions/fields';
import type { Action } from './actions/fields';
import { answerText, parseContent } from './actions/parse-content';
import type { ParsedContent } from './actions/parse-content';
import { apiError, errorText, missingParameter, quoted } from './api-error';
import type { ApiError, ApiErrorCode } from './api-error';
import { FORM_TYPE, JSON_TYPE, mediaTypeOf } from './http/api-request';
import type { ApiRequest } from './http/api-request';
import { readForm, readParameters } from './http/read-parameters';
import type { RequestRate } from './request-rate';
import type { AcceptedKeys } from './signature/accepted-keys';
import { authenticateByHeader, authenticateByParameters } from './signature/authenticate';
import type { Caller } from './signature/authenticate';

/** The answer to a request. */
export interface ActionAnswer {
  /** The action that was wanted; null where it is not one of ours, or was not read. */
  readonly action: Action['name'] | null;
  /** Null for an answer without an error. */
  readonly error: ApiErrorCode | null;
  /** The JSON text. */
  readonly text: string;
}

export type AnswerAction = (request: ApiRequest, requestId: string) => ActionAnswer;

export interface AnswerActionOptions {
  /** Empty: signatures are not checked, and requests are counted by address. */
  readonly keys: AcceptedKeys;
  readonly rate: RequestRate;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Makes what answers requests. It depends on the request, on the clock and on how many there were before, and changes nothing. */
export function makeAnswerAction(options: AnswerActionOptions): AnswerAction {
  return (request, requestId) => {
    const call = callOf(request, options);
    const action = call.ok ? call.action.name : null;
    const parsed = call.ok ? parsedBy(call, request, options.rate) : call;
    return parsed.ok
      ? { action, error: null, text: answerText(parsed, requestId) }
      : { action, error: parsed.code, text: errorText(parsed, requestId) };
  };
}

/** A request that is what it says, for an action that there is. */
interface Call {
  readonly ok: true;
  readonly action: Action;
  /** What its requests are counted by. */
  readonly caller: string;
  /** The parameters of a request that has everything in them; null where header fields say what is wanted. */
  readonly parameters: ReadonlyMap<string, string> | null;
}

function callOf(request: ApiRequest, { keys, now }: AnswerActionOptions): Call | ApiError {
  const protocol = protocolError(request);
  if (protocol !== null) return protocol;
  const form = isDescribedByHeaders(request) ? null : readForm(request);
  if (form?.ok === false) return form;
  const parameters = form?.values ?? null;
  const caller = keys.size === 0 ? callerAt(request) : callerOf(request, parameters, keys, now());
  if (!caller.ok) return caller;
  const [name, version] = [wanted(request, parameters, 'Action'), wanted(request, parameters, 'Version')];
  if (name === '') return missingParameter('Action');
  if (version === '') return missingParameter('Version');
  const action = ACTIONS.find((one) => one.name === name);
  if (action === undefined) return apiError('InvalidAction', `The action ${quoted(name)} is not served here.`);
  if (version !== API_VERSION)
    return apiError('NoSuchVersion', `There is no version ${quoted(version)} here: it is \`${API_VERSION}\`.`);
  return { ok: true, action, caller: caller.name, parameters };
}

function protocolError(request: ApiRequest): ApiError | null {
  const coding = request.headers.get('content-encoding') ?? 'identity';
  if (coding !== 'identity') return apiError('UnsupportedProtocol', 'A body with a Content-Encoding is not supported.');
  if (request.method === 'GET' || [JSON_TYPE, FORM_TYPE].includes(mediaTypeOf(request))) return null;
  return apiError('UnsupportedProtocol', `The Content-Type of a POST must be ${JSON_TYPE} or ${FORM_TYPE}.`);
}

/** Signed with TC3, or of JSON: header fields name the action. Otherwise parameters do, as with HmacSHA1 and HmacSHA256. */
function isDescribedByHeaders({ headers, ...request }: ApiRequest): boolean {
  const isJson = request.method === 'POST' && mediaTypeOf({ headers, ...request }) === JSON_TYPE;
  return isJson || headers.has('authorization') || headers.has('x-tc-action');
}

/** Without keys, requests are counted by the client's address. */
function callerAt({ address }: ApiRequest): Caller {
  return { ok: true, name: address };
}

function callerOf(
  request: ApiRequest,
  parameters: ReadonlyMap<string, string> | null,
  keys: AcceptedKeys,
  nowMs: number,
): Caller | ApiError {
  return parameters === null
    ? authenticateByHeader(request, keys, nowMs)
    : authenticateByParameters(request, parameters, keys, nowMs);
}

function wanted({ headers }: ApiRequest, parameters: ReadonlyMap<string, string> | null, name: 'Action' | 'Version') {
  return (parameters === null ? headers.get(`x-tc-${name.toLowerCase()}`) : parameters.get(name)) ?? '';
}

/** Parameters that requests have whatever the action is; with TC3 the Go SDK sends some of them in the query of a GET. */
const COMMON_PARAMETERS: ReadonlySet<string> = new Set([
  ...['Action', 'Version', 'Region', 'Language', 'Timestamp', 'Nonce', 'RequestClient', 'Token'],
  ...['SecretId', 'Signature', 'SignatureMethod'],
]);

function parsedBy(
  { action, caller, parameters }: Call,
  request: ApiRequest,
  rate: RequestRate,
): ParsedContent | ApiError {
  if (!rate.admit(caller)) return apiError('RequestLimitExceeded', 'Too many requests in one second.');
  const given = parameters === null ? readParameters(request) : { ok: true as const, values: parameters };
  if (!given.ok) return given;
  const isJson = parameters === null && request.method === 'POST';
  const unknown = [...given.values.keys()].find(
    (name) => name !== CONTENT_PARAMETER && (isJson || !COMMON_PARAMETERS.has(name)),
  );
  if (unknown !== undefined) return apiError('UnknownParameter', `The parameter ${quoted(unknown)} is not recognized.`);
  const content = given.values.get(CONTENT_PARAMETER) ?? null;
  if (content === null) return missingParameter(CONTENT_PARAMETER);
  return typeof content === 'string'
    ? parseContent(action, content)
    : apiError(
        'InvalidParameter',
        `The value type of the parameter \`${CONTENT_PARAMETER}\` is not valid: it is a text.`,
      );
}
