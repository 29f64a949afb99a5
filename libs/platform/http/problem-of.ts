import { STATUS_CODES } from 'node:http';

import { HttpException, NotFoundException } from '@nestjs/common';

import { nothingAtPath, Problem } from './problem';

/** The problems that Fastify finds in a request, by its error code. */
const FASTIFY: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
  FST_ERR_BAD_URL: { status: 400, code: 'malformed-url', detail: 'The path has a malformed percent-encoding.' },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body-too-large',
    detail: 'The body has more bytes than are accepted here.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'body-not-json',
    detail: 'The body is empty, but declared as JSON.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'content-length-wrong',
    detail: 'The body does not have the length that Content-Length says.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'body-not-json', detail: 'The body is not JSON.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported-media-type',
    detail: 'A body of this content type is not accepted here.',
  },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'uri-too-long', detail: 'A part of the path is too long.' },
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: {
    status: 400,
    code: 'content-type-missing',
    detail: 'This method needs a Content-Type.',
  },
};

const CODES: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  409: 'conflict',
  410: 'gone',
  412: 'precondition-failed',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  422: 'unprocessable',
  429: 'too-many-requests',
  503: 'unavailable',
};

/**
 * The problem for any thrown value. An unexpected one is 500 `internal-error`: it shows the client nothing, and keeps the
 * thrown value as its `cause`, for the log.
 */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  // No route of ours throws it: Nest does, where a parameter of the path would be empty.
  if (thrown instanceof NotFoundException) return nothingAtPath();
  const fastify = FASTIFY[codeOf(thrown)] ?? FASTIFY[codeOf(causeOf(thrown))];
  if (fastify !== undefined) return new Problem({ ...fastify, cause: thrown });
  const status = statusOf(thrown);
  if (status !== null) {
    const code = CODES[status] ?? (STATUS_CODES[status] ?? 'error').toLowerCase().replace(/[^a-z]+/g, '-');
    return new Problem({ status, code, detail: thrown instanceof Error ? thrown.message : undefined, cause: thrown });
  }
  return new Problem({
    status: 500,
    code: 'internal-error',
    detail: 'The request could not be answered. The log has the reason, under its request_id.',
    cause: thrown,
  });
}

/** The status that a framework's error asks for: 4xx only, or any that Nest's own exceptions have been given on purpose. */
function statusOf(thrown: unknown): number | null {
  if (thrown instanceof HttpException) return thrown.getStatus() === 500 ? null : thrown.getStatus();
  const status = thrown instanceof Error ? (thrown as { statusCode?: unknown }).statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

function codeOf(thrown: unknown): string {
  const code = thrown instanceof Error ? (thrown as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined;
}
