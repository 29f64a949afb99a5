import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { authorization, type Api } from './ask-api';
import type { BodySpec, Case, Sending, Text } from './case';

/** What the bytes of a case depend on, besides the case. */
export interface Setting {
  /** Where callbacks are sent to. */
  readonly to: URL;
  readonly api: Api;
  /** The folder of the bodies that cases name. */
  readonly bodies: string;
  /** NotifyKey of the source; null where it has none. */
  readonly key: string | null;
  /** Unix milliseconds. */
  readonly now: number;
}

const TEXT_NAME = /^\$([a-z][a-zA-Z0-9]*)$/;

export function textOf(text: Text): string {
  if (typeof text === 'string') return text;
  return text
    .map((part) => {
      if (typeof part === 'string') return part;
      const { repeat, times, joined = '' } = part;
      if (joined === '' && !repeat.includes('{n}')) return repeat.repeat(times);
      return Array.from({ length: times }, (_, n) => repeat.replaceAll('{n}', String(n))).join(joined);
    })
    .join('');
}

/** A value of a case with its `$names` replaced by the texts they stand for, in members' names too. */
export function filledIn<Value>(value: Value, texts: Case['texts'] = {}): Value {
  if (typeof value === 'string') return named(value, texts) as Value;
  if (Array.isArray(value)) return value.map((item) => filledIn(item as unknown, texts)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    named(name, texts),
    filledIn(member as unknown, texts),
  ]);
  return Object.fromEntries(members) as Value;
}

function named(word: string, texts: NonNullable<Case['texts']>): string {
  const text = texts[TEXT_NAME.exec(word)?.[1] ?? ''];
  return text === undefined ? word : textOf(text);
}

export function bodyBytes(spec: BodySpec, texts: Case['texts'], bodies: string): Buffer {
  if ('json' in spec) return Buffer.from(JSON.stringify(filledIn(spec.json, texts)));
  if ('text' in spec) return Buffer.from(textOf(spec.text), spec.encoding ?? 'utf8');
  if ('hex' in spec) return Buffer.from(spec.hex.replaceAll(' ', ''), 'hex');
  if ('file' in spec) return readFileSync(join(bodies, spec.file));
  return gzipSync(bodyBytes(spec.gzip, texts, bodies), { level: 9 });
}

/** The bytes of a request's body: as they are hashed, whatever they are wrapped in. */
export function contentOf(sending: Sending, texts: Case['texts'], setting: Setting): Buffer {
  if (sending.body === undefined) return Buffer.alloc(0);
  const bytes = bodyBytes(sending.body, texts, setting.bodies);
  return sending.signed === undefined ? bytes : signed(bytes, sending.signed, setting);
}

/** Puts Timestamp and Sign in front of a body's members: MD5 of the time and the key (vendor's NotifyKey). */
function signed(body: Buffer, how: NonNullable<Sending['signed']>, { key, now }: Setting): Buffer {
  const timestamp = Math.floor(now / 1000) + how.expiresIn;
  const digest = createHash('md5')
    .update(`${timestamp}${how.key ?? key ?? 'none'}`)
    .digest('hex');
  const sign = how.upperCase === true ? digest.toUpperCase() : digest;
  return Buffer.concat([Buffer.from(`{"Timestamp":${timestamp},"Sign":"${sign}",`), body.subarray(1)]);
}

/** A request as it goes over the wire. */
export function requestBytes(sending: Sending, texts: Case['texts'], setting: Setting): Buffer {
  const { at = 'callbacks', method = 'POST', path = '{path}', chunked } = sending;
  const url = at === 'api' ? setting.api.url : setting.to;
  const content = contentOf(sending, texts, setting);
  const length =
    chunked === undefined ? { 'content-length': String(content.length) } : { 'transfer-encoding': 'chunked' };
  const usual = sending.body === undefined ? {} : { 'content-type': 'application/json', ...length };
  const key = at === 'api' ? authorization(setting.api.key) : {};
  const headers = { host: url.host, connection: 'close', ...usual, ...key, ...sending.headers };
  const lines = Object.entries<Text | null>(headers).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${textOf(value)}\r\n`],
  );
  const target = textOf(path).replaceAll('{path}', setting.to.pathname);
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('')}${textOf(sending.lines ?? '')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), chunked === undefined ? content : inChunks(content, chunked)]);
}

function inChunks(content: Buffer, size: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) {
    const piece = content.subarray(at, at + size);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}
