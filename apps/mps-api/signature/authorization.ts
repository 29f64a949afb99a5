/** What the Authorization of TC3-HMAC-SHA256 says. */
export interface Authorization {
  readonly secretId: string;
  /** `2026-11-30`, UTC. */
  readonly date: string;
  /**
   * `mps`, or what an SDK takes for it: those of Node and Java take the endpoint up to its first dot, such as `127` or
   * `localhost:8084`.
   */
  readonly service: string;
  /** Lower case, in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  readonly signature: Buffer;
}

const FORM = new RegExp(
  [
    /^TC3-HMAC-SHA256 +Credential=(?<secretId>[^/,\s]+)\/(?<date>\d{4}-\d\d-\d\d)\/(?<service>[^/,\s]+)\/tc3_request *, */,
    /SignedHeaders=(?<signedHeaders>[a-z0-9-]+(?:;[a-z0-9-]+)*) *, *Signature=(?<signature>[0-9a-f]{64})$/i,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

/** Header fields that are always signed. */
const REQUIRED = ['content-type', 'host'];

/** Null for any other text, and where content type or host are not signed. */
export function parseAuthorization(text: string): Authorization | null {
  const parts = FORM.exec(text.trim())?.groups;
  if (parts === undefined) return null;
  const { secretId = '', date = '', service = '', signature = '' } = parts;
  const signedHeaders = (parts['signedHeaders'] ?? '').toLowerCase().split(';');
  if (!REQUIRED.every((name) => signedHeaders.includes(name))) return null;
  return { secretId, date, service, signedHeaders, signature: Buffer.from(signature, 'hex') };
}
