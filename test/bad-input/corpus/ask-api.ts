import { request as requestPlain } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Members } from './case';

/** Where the API is, and the key that it asks for; null where it asks for none. */
export interface Api {
  readonly url: URL;
  readonly key: string | null;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: Members;
}

/** Asks the API for a path exactly as it is spelled, which `fetch` would not: to it `..` is a way up. */
export function askApi({ url, key }: Api, path: string): Promise<ApiAnswer> {
  const request = url.protocol === 'https:' ? requestSecurely : requestPlain;
  const { hostname, port } = url;
  const headers = authorization(key);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: hostname.replace(/^\[(.*)\]$/, '$1'), port, path, headers, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        answer.on('end', () => {
          try {
            resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as Members });
          } catch (cause) {
            reject(new Error(`GET ${path.slice(0, 100)} answered ${answer.statusCode ?? 0} and no JSON`, { cause }));
          }
        });
      },
    );
    asked.on('error', reject).end();
  });
}

/** What is derived from 5 MB may take its time. */
const LONGEST_MS = 180_000;

/** Asks until it is settled, and again after a 503 in any case, until the time is over; answers the last. */
export async function askUntil(
  api: Api,
  path: string,
  isSettled: (answer: ApiAnswer) => boolean = () => true,
): Promise<ApiAnswer> {
  const deadline = performance.now() + LONGEST_MS;
  for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, 250)) {
    const answer = await askApi(api, path);
    if ((answer.status !== 503 && isSettled(answer)) || performance.now() > deadline) return answer;
    await pause(waitMs);
  }
}

/** The header field that a key is sent in; none without one. */
export function authorization(key: string | null): Readonly<Record<string, string>> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** A TaskId as a part of a path: lone surrogates, which have no UTF-8, in the three bytes that WTF-8 has for them. */
export function pathOfTask(taskId: string): string {
  const encoded = Array.from(taskId, (character) =>
    /^[\ud800-\udfff]$/.test(character) ? wtf8(character.charCodeAt(0)) : encodeURIComponent(character),
  );
  return `/v1/tasks/${encoded.join('')}`;
}

function wtf8(unit: number): string {
  const bytes = [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase()}`).join('');
}
