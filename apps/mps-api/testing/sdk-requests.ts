import { createHmac, hash } from 'node:crypto';
import { SECRET_ID, SECRET_KEY } from './serve';

/** For specs: a request before it is signed, and how it is. */
export interface SdkCall {
  /** `127.0.0.1:8084`: how the client is configured. */
  readonly endpoint: string;
  readonly content?: unknown;
  readonly action?: string;
  readonly version?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
  /** Unix seconds. Default: now. */
  readonly timestamp?: number;
}

/** For specs: a request as it is on the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** `/`, or `/?…`. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/* What the vendor's SDKs send, each read from its sources: tencentcloud-sdk-go common v1.3, -python 3.1, -java 3.1. */

interface Dialect {
  readonly contentType: string;
  /** The service in the scope of the credential. */
  readonly service: (endpoint: string) => string;
  readonly headers: Readonly<Record<string, string>>;
}

const DIALECTS = {
  go: {
    contentType: 'application/json',
    service: () => 'mps',
    headers: { 'X-TC-RequestClient': 'SDK_GO_1.3.212', 'X-TC-Language': 'zh-CN', 'User-Agent': 'Go-http-client/1.1' },
  },
  python: {
    contentType: 'application/json',
    service: () => 'mps',
    headers: { 'X-TC-RequestClient': 'SDK_PYTHON_3.1.195', 'X-TC-Language': 'zh-CN', 'User-Agent': 'python-requests' },
  },
  java: {
    contentType: 'application/json; charset=utf-8',
    service: (endpoint: string) => endpoint.split('.')[0] ?? '',
    headers: { 'X-TC-RequestClient': 'SDK_JAVA_3.1.1', 'X-TC-Region': '', 'User-Agent': 'okhttp/2.7.5' },
  },
} as const satisfies Record<string, Dialect>;

export type SdkName = keyof typeof DIALECTS;
export const SDK_NAMES = Object.keys(DIALECTS) as SdkName[];

const FORM = 'application/x-www-form-urlencoded';

/** For specs: what a client signs beyond what it must. */
export interface Tc3Options {
  readonly method?: 'GET' | 'POST';
  /** Sign `UNSIGNED-PAYLOAD` in place of the body. */
  readonly unsignedPayload?: boolean;
  /** Header fields that are signed as well, by name in lower case. */
  readonly alsoSigned?: Readonly<Record<string, string>>;
  /** How a value of a header field is signed. Default: as it is sent. */
  readonly signedAs?: (value: string) => string;
  /** The host that is signed. Default: the endpoint. */
  readonly signedHost?: string;
}

/** For specs: a call as an SDK sends it, signed with TC3-HMAC-SHA256. */
export function tc3Request(sdk: SdkName, call: SdkCall, options: Tc3Options = {}): WireRequest {
  const { endpoint, content, action = 'ParseNotification', version = '2019-06-12' } = call;
  const { secretId = SECRET_ID, secretKey = SECRET_KEY, timestamp = Math.floor(Date.now() / 1000) } = call;
  const { method = 'POST', unsignedPayload = false, alsoSigned = {}, signedAs = (value) => value } = options;
  const dialect = DIALECTS[sdk];
  const contentType = method === 'GET' ? FORM : dialect.contentType;
  const query = method === 'GET' ? encoded(typeof content === 'string' ? { Content: content } : {}) : '';
  const body = method === 'GET' ? '' : JSON.stringify({ Content: content });
  const signed = { 'content-type': contentType, host: options.signedHost ?? endpoint, ...alsoSigned };
  const names = Object.keys(signed).sort();
  const lines = names.map((name) => `${name}:${signedAs(signed[name as 'host'])}\n`).join('');
  const payload = hash('sha256', unsignedPayload ? 'UNSIGNED-PAYLOAD' : body);
  const canonical = `${method}\n/\n${query}\n${lines}\n${names.join(';')}\n${payload}`;
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const parts = [date, dialect.service(endpoint), 'tc3_request'];
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${parts.join('/')}\n${hash('sha256', canonical)}`;
  const key = parts.reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `TC3${secretKey}`,
  );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const headers = {
    ...dialect.headers,
    ...alsoSigned,
    ...(unsignedPayload && { 'X-TC-Content-SHA256': 'UNSIGNED-PAYLOAD' }),
    ...{ Host: endpoint, 'Content-Type': contentType, 'X-TC-Action': action, 'X-TC-Version': version },
    'X-TC-Timestamp': String(timestamp),
    Authorization: `TC3-HMAC-SHA256 Credential=${secretId}/${parts.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
  return { method, target: query === '' ? '/' : `/?${query}`, headers, body };
}

/** For specs: how a call is signed in its parameters. */
export interface V1Options {
  readonly method?: 'GET' | 'POST';
  /** Default `HmacSHA256`. */
  readonly signatureMethod?: string;
  /** Parameters beside the usual ones. */
  readonly more?: Readonly<Record<string, string>>;
  /** Parameters that are left out. */
  readonly without?: readonly string[];
}

/** For specs: a call as an SDK sends it, signed with HmacSHA1 or HmacSHA256. */
export function v1Request(sdk: SdkName, call: SdkCall, options: V1Options = {}): WireRequest {
  const { endpoint, content, action = 'ParseNotification', version = '2019-06-12' } = call;
  const { secretId = SECRET_ID, secretKey = SECRET_KEY, timestamp = Math.floor(Date.now() / 1000) } = call;
  const { method = 'POST', signatureMethod = 'HmacSHA256', more = {}, without = [] } = options;
  const wanted: Record<string, string> = {
    ...(typeof content === 'string' && { Content: content }),
    ...{ Action: action, Version: version, SecretId: secretId, SignatureMethod: signatureMethod },
    ...{ Nonce: '8147243207120934871', Timestamp: String(timestamp) },
    RequestClient: DIALECTS[sdk].headers['X-TC-RequestClient'],
    ...(sdk === 'go' && { Language: '' }),
    ...more,
  };
  const all = Object.fromEntries(Object.entries(wanted).filter(([name]) => !without.includes(name)));
  const signed = Object.keys(all)
    .filter((name) => sdk !== 'go' || all[name] !== '')
    .sort();
  const text = `${method}${endpoint}/?${signed.map((name) => `${name}=${all[name]}`).join('&')}`;
  const algorithm = signatureMethod === 'HmacSHA256' ? 'sha256' : 'sha1';
  const signature = createHmac(algorithm, secretKey).update(text).digest('base64');
  const form = encoded({ ...all, ...(!without.includes('Signature') && { Signature: signature }) });
  const headers = { Host: endpoint, ...(method === 'POST' && { 'Content-Type': FORM }) };
  return method === 'GET'
    ? { method, target: `/?${form}`, headers, body: '' }
    : {
        method,
        target: '/',
        headers: { ...headers, 'Content-Type': sdk === 'java' ? `${FORM}; charset=utf-8` : FORM },
        body: form,
      };
}

/** As `urlencode`, `URLEncoder` and `url.Values` do: spaces are `+`. */
function encoded(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString();
}
