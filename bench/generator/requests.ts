import { notificationTemplate } from '../notifications';
import type { Target } from './commands';

/** Makes the bytes of a POST of a numbered notification; only the number differs, so that it costs a copy. */
export function makePosts(
  to: Target,
  run: string,
): (number: number) => { readonly taskId: string; readonly request: Buffer } {
  const { body, digitsAt, digits, taskIdOf } = notificationTemplate(run);
  const head = Buffer.from(
    `POST ${to.path} HTTP/1.1\r\nhost: 127.0.0.1:${to.port}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n\r\n`,
  );
  const template = Buffer.concat([head, body]);
  return (number) => {
    const request = Buffer.from(template);
    request.write(String(number).padStart(digits, '0'), head.length + digitsAt, 'latin1');
    return { taskId: taskIdOf(number), request };
  };
}

export function getRequest(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${lines.join('')}\r\n`);
}
