import { request } from 'node:http';
import type { WireRequest } from './sdk-requests';

/** For specs: an answer as a client sees it. */
export interface WireAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly response: Readonly<Record<string, unknown>>;
}

/** For specs: sends the request with exactly its header fields, and reads the answer. */
export function exchange(
  port: number,
  wire: Omit<WireRequest, 'method'> & { readonly method: string },
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const { method, target, headers, body } = wire;
    const length = body === '' ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const sent = request({
      port,
      host: '127.0.0.1',
      method,
      path: target,
      headers: { ...headers, ...length },
      agent: false,
    });
    sent.on('error', reject).on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const parsed = text === '' ? {} : (JSON.parse(text) as { Response?: Record<string, unknown> });
        resolve({
          status: answer.statusCode ?? 0,
          contentType: answer.headers['content-type'],
          ...{ text, response: parsed.Response ?? {} },
        });
      });
    });
    sent.end(body);
  });
}

/** For specs: the code of an answer's error; undefined without one. It is under HTTP 200, and exactly of JSON, as SDKs need it. */
export function codeOf({ status, contentType, response }: WireAnswer): unknown {
  expect([status, contentType]).toEqual([200, 'application/json']);
  expect(response['RequestId']).toMatch(/^[0-9a-f-]{36}$/);
  const error = response['Error'] as { Code: string; Message: string } | undefined;
  if (error !== undefined) {
    expect(Object.keys(response).sort()).toEqual(['Error', 'RequestId']);
    expect(error.Message).not.toBe('');
  }
  return error?.Code;
}
