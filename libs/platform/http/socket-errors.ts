import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { Problem } from './problem';
import type { ProblemForm } from './problem-form';

interface SocketProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** The errors of Node's HTTP parser, by code; any other is a malformed request. */
const BY_CODE: Readonly<Record<string, SocketProblem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request-timeout', detail: 'The request was not complete in time.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'body-too-large', detail: 'The chunk extensions are too long.' },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers-too-large',
    detail: 'The request line and the header fields are too long together.',
  },
};

const EXPECTATION: SocketProblem = {
  status: 417,
  code: 'expectation-failed',
  detail: 'Only 100-continue can be expected.',
};

const MALFORMED: SocketProblem = {
  status: 400,
  code: 'malformed-http',
  detail: 'This is not a well-formed HTTP/1.1 request.',
};

/** The last answer on a connection, in flight or complete. */
type Answers = WeakMap<Duplex, ServerResponse>;

/** Answers bad HTTP, header floods, slow senders, `CONNECT` and unknown expectations, of which Node makes no request. */
export function answerSocketErrors(server: Server, onRefused: (code: string) => void, form: ProblemForm): void {
  const answers: Answers = new WeakMap();
  // Each further piece that such a client sends is an error of the parser again.
  const refused = new WeakSet<Duplex>();
  const refuseWith = (socket: Duplex, refusal: SocketProblem): void => {
    if (refused.has(socket)) return;
    refused.add(socket);
    refuseInTurn(socket, answers.get(socket), () => refuse(socket, refusal, form));
    onRefused(refusal.code);
  };
  server.on('request', (request, response) => answers.set(request.socket, response));
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuseWith(socket, { status: 405, code: 'method-not-allowed', detail: 'CONNECT is not supported.' });
  });
  server.on('checkExpectation', (request: IncomingMessage) => {
    refuseWith(request.socket, EXPECTATION);
  });
  server.on('drop', () => onRefused('too-many-connections'));
  server.removeAllListeners('clientError').on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') socket.destroy();
    else refuseWith(socket, BY_CODE[error.code ?? ''] ?? MALFORMED);
  });
}

/** An earlier request's answer goes first. One that has begun for the broken request itself cannot be corrected. */
function refuseInTurn(socket: Duplex, answer: ServerResponse | undefined, refuseNow: () => void): void {
  if (answer === undefined || answer.writableFinished) refuseNow();
  else if (answer.req.complete) answer.once('finish', refuseNow);
  else if (answer.headersSent || answer.socket === null) socket.destroy();
  else refuseNow();
}

/** Answers the problem and closes the connection. */
function refuse(socket: Duplex, refusal: SocketProblem, form: ProblemForm): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const { status, contentType, body } = form(new Problem(refusal), requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  // Destroyed soon after it is flushed: a client that never closes must not keep the socket.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => setTimeout(() => socket.destroy(), 1000).unref());
}
