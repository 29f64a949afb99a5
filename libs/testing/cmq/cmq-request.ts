import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';

/** The parameters of a request. Names and values are latin1: one character a byte. */
export type CmqRequestParameters = ReadonlyMap<string, string>;

/** A request to the double. */
export interface CmqRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly parameters: CmqRequestParameters;
}

/** An answer with a code, and why: the number of a module and a text, as the vendor writes it. */
export interface Refused {
  readonly code: number;
  readonly message: string;
}

/** Paths of the data plane; Java's client makes `//v2/index.php` of an address with a slash at its end. */
const PATHS = ['/', '/v2/index.php', '//v2/index.php'];
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

/** Reads a request, whatever content type it names; null if it is not for a path of CMQ. */
export async function readRequest(request: IncomingMessage): Promise<CmqRequest | null> {
  const { method = 'GET', url = '/', headers } = request;
  const [path = '/', query = ''] = url.split('?', 2);
  if (!PATHS.includes(path)) return null;
  const form = method === 'POST' ? await bodyOf(request) : query;
  const decoded = parse(form, '&', '=', { maxKeys: 0, decodeURIComponent: toLatin1 });
  const parameters = new Map(Object.entries(decoded).map(([name, value]) => [name, [value].flat().at(-1) ?? '']));
  return { method, host: headers.host ?? '', path, parameters };
}

/** The bytes of a text with escapes, one character each. */
function toLatin1(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

const MAX_AGE_SECONDS = 300;

/** Checks key, time and signature; null if they are right. */
export function refusedSignature(
  request: CmqRequest,
  secrets: Readonly<Record<string, string>>,
  nowMs: number,
): Refused | null {
  const { parameters } = request;
  const missing = ['Action', 'Nonce', 'Timestamp', 'SecretId', 'Signature'].find((name) => !parameters.has(name));
  if (missing !== undefined) return { code: 4000, message: `(10000)missing parameter ${missing}` };
  const secretId = parameters.get('SecretId') ?? '';
  const key = Object.hasOwn(secrets, secretId) ? secrets[secretId] : undefined;
  if (key === undefined) return { code: 4100, message: '(10030)secretId does not exist' };
  const age = Math.abs(nowMs / 1000 - Number(parameters.get('Timestamp')));
  if (!(age <= MAX_AGE_SECONDS)) return { code: 4100, message: '(10270)signature expired, check Timestamp' };
  const given = Buffer.from(parameters.get('Signature') ?? '', 'base64');
  // Python's client leaves values that begin with @ out of the text that it signs.
  const isRight = [() => true, (value: string) => !value.startsWith('@')].some((covers) =>
    isSame(given, signatureOver(request, key, covers)),
  );
  return isRight ? null : { code: 4100, message: '(10080)signature is not right' };
}

function signatureOver(request: CmqRequest, key: string, covers: (value: string) => boolean): Buffer {
  const { method, host, path, parameters } = request;
  const signed = [...parameters].filter(([name, value]) => name !== 'Signature' && covers(value));
  signed.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = `${method}${host}${path}?${signed.map(([name, value]) => `${name.replace(/_/g, '.')}=${value}`).join('&')}`;
  const algorithm = parameters.get('SignatureMethod') === 'HmacSHA256' ? 'sha256' : 'sha1';
  return createHmac(algorithm, key).update(Buffer.from(text, 'latin1')).digest();
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Values of parameters that are numbered from 0 or 1 (`receiptHandle.1`), in order; null where a number is left out. */
export function numbered(parameters: CmqRequestParameters, name: string): readonly string[] | null {
  const numbers = [...parameters.keys()].filter((key) => key.startsWith(`${name}.`)).map((key) => key.split('.')[1]);
  const first = numbers.includes('0') ? 0 : 1;
  const values = numbers.map((_, at) => parameters.get(`${name}.${first + at}`));
  return values.every((value) => value !== undefined) ? values : null;
}
