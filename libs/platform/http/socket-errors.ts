import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { PROBLEM_MEDIA_TYPE, Problem, problemBody } from './problem';

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** What Node's HTTP parser finds, by its error code; anything else is a malformed request. */
const BY_CODE: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request-timeout', detail: 'The request was not complete in time.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'body-too-large', detail: 'The chunk extensions are too long.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers-too-large', detail: 'The request line and the header fields are too long together.' },
};

const MALFORMED: Refusal = { status: 400, code: 'malformed-http', detail: 'This is not a well-formed HTTP/1.1 request.' };

/** Answers what never became a request: bad HTTP, header floods, slow senders, `CONNECT`, odd expectations. */
export function answerSocketErrors(server: Server, onRefused: (code: string) => void): void {
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, { status: 405, code: 'method-not-allowed', detail: 'CONNECT is not supported.' });
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const problem = new Problem({ status: 417, code: 'expectation-failed', detail: 'Only 100-continue can be expected.' });
    response.writeHead(417, { 'content-type': PROBLEM_MEDIA_TYPE, connection: 'close' });
    response.end(problemBody(problem, randomUUID(), request.url));
    onRefused(problem.code);
  });
  server.on('dropRequest', (_request: IncomingMessage, socket: Duplex) => socket.destroy());
  const onClientError = (error: Error, socket: Duplex): void => {
    onRefused(answerClientError(error, socket));
  };
  server.removeAllListeners('clientError').on('clientError', onClientError);
}

/** Says what is wrong, if the connection can still take it, and closes it. Answers the problem's code. */
export function answerClientError(error: Error, socket: Duplex): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    socket.destroy();
    return 'connection-reset';
  }
  const refusal = BY_CODE[code] ?? MALFORMED;
  refuse(socket, refusal);
  return refusal.code;
}

function refuse(socket: Duplex, refusal: Refusal): void {
  if (!socket.writable || answerBegun(socket)) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const body = problemBody(new Problem(refusal), requestId);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  // Destroyed once it is flushed: a client that never reads must not keep the socket.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => setTimeout(() => socket.destroy(), 1000).unref());
}

/** Whether an earlier request's answer is under way on this socket: writing into it would corrupt it. */
function answerBegun(socket: Duplex): boolean {
  const message = (socket as { _httpMessage?: { headersSent?: boolean } | null })._httpMessage;
  return message?.headersSent === true;
}
