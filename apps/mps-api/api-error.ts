/**
 * The error codes of the vendor that this API answers with (https://cloud.tencent.com/document/product/862/37578, common error codes
 * and those of ParseNotification).
 */
export type ApiErrorCode =
  | 'AuthFailure.InvalidAuthorization'
  | 'AuthFailure.SecretIdNotFound'
  | 'AuthFailure.SignatureExpire'
  | 'AuthFailure.SignatureFailure'
  | 'InternalError'
  | 'InvalidAction'
  | 'InvalidParameter'
  | 'InvalidParameterValue.InvalidContent'
  | 'InvalidRequest'
  | 'MissingParameter'
  | 'NoSuchVersion'
  | 'RequestLimitExceeded'
  | 'RequestSizeLimitExceeded'
  | 'ServiceUnavailable'
  | 'UnknownParameter'
  | 'UnsupportedProtocol';

/** Why a request is not answered as wanted. The message never has parts of a secret, nor of a content. */
export interface ApiError {
  readonly ok: false;
  readonly code: ApiErrorCode;
  readonly message: string;
}

export function apiError(code: ApiErrorCode, message: string): ApiError {
  return { ok: false, code, message };
}

export function missingParameter(name: string): ApiError {
  return apiError('MissingParameter', `The request is missing a required parameter ${quoted(name)}.`);
}

/** The longest part of a request that a message quotes. */
const LONGEST_QUOTE = 64;

/** A part of a request, for a message. */
export function quoted(text: string): string {
  return `\`${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}\``;
}

/** The text of an answer with an error: the vendor answers every error under HTTP 200. */
export function errorText({ code, message }: Pick<ApiError, 'code' | 'message'>, requestId: string): string {
  return JSON.stringify({ Response: { Error: { Code: code, Message: message }, RequestId: requestId } });
}
