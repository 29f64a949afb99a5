import { readDocument } from '@mps-ledger/mps';
import { apiError, quoted } from '../api-error';
import type { ApiError } from '../api-error';
import { JSON_TYPE, mediaTypeOf } from './api-request';
import type { ApiRequest } from './api-request';

/** The parameters of a request, by name. */
export interface GivenParameters<Value = unknown> {
  readonly ok: true;
  readonly values: ReadonlyMap<string, Value>;
}

/** Parameters of a form or a query; no action has more than a dozen. */
const MOST_PARAMETERS = 100;

/** Reads the parameters of a GET from its query, of a POST from its body: JSON or a form. Nothing is the same as no parameters. */
export function readParameters(request: ApiRequest): GivenParameters | ApiError {
  const isJson = request.method === 'POST' && mediaTypeOf(request) === JSON_TYPE;
  return isJson ? readJson(request.body) : readForm(request);
}

function readJson(body: Buffer): GivenParameters | ApiError {
  if (body.length === 0) return { ok: true, values: new Map() };
  const document = readDocument(body);
  if (!document.ok)
    return apiError('InvalidParameter', `The body of the request is no JSON object: ${document.detail}.`);
  return { ok: true, values: new Map(Object.entries(document.root)) };
}

/** Reads the query of a GET, or the body of a POST as a form. */
export function readForm({ method, query, body }: ApiRequest): GivenParameters<string> | ApiError {
  const text = method === 'GET' ? query : body.toString();
  if (text.split('&', MOST_PARAMETERS + 1).length > MOST_PARAMETERS)
    return apiError('InvalidParameter', `The request has more than ${MOST_PARAMETERS} parameters.`);
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (values.has(name)) return apiError('InvalidParameter', `The parameter ${quoted(name)} is given twice.`);
    values.set(name, value);
  }
  return { ok: true, values };
}
