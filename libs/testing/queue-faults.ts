import type { ServerResponse } from 'node:http';

/** What goes wrong with requests to a queue. */
export type QueueFaultKind =
  /** The request is not carried out, and answered with this code: a number of CMQ, the name of an error of SQS. */
  | { readonly kind: 'code'; readonly code: number | string; readonly message?: string }
  /** A page of a proxy. */
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The connection is closed instead of an answer: the request is not carried out. */
  | { readonly kind: 'reset' }
  /** Carried out, and the answer is lost with the connection. */
  | { readonly kind: 'lost-answer' }
  /** Carried out, and the connection ends in the middle of the answer. */
  | { readonly kind: 'truncated' }
  /** Carried out, and the answer is JSON that ends early. */
  | { readonly kind: 'cut-json' }
  /** Carried out, and answered later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Answered instead, as it is given. */
  | { readonly kind: 'answer'; readonly body: string | Buffer; readonly contentType?: string }
  /** The first handles of a batch delete are not deleted. */
  | { readonly kind: 'partial-delete'; readonly failing: number };

export type QueueFault = QueueFaultKind & {
  /** Of which requests. Default: all. */
  readonly action?: string;
  /** Of how many of them. Default 1. */
  readonly times?: number;
};

/** The faults that are to come. */
export class QueueFaults {
  private waiting: { readonly fault: QueueFault; left: number }[] = [];

  add(fault: QueueFault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  /** The fault of a request, which has one fewer to come then. */
  next(action: string): QueueFault | null {
    const found = this.waiting.find(({ fault, left }) => left > 0 && (fault.action ?? action) === action);
    if (found === undefined) return null;
    found.left -= 1;
    if (found.left <= 0) this.waiting = this.waiting.filter((one) => one !== found);
    return found.fault;
  }
}

const PAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** Answers a request that is not carried out; false if this fault is not of that kind. */
export function answerInstead(fault: QueueFault | null, response: ServerResponse): boolean {
  switch (fault?.kind) {
    case 'html':
      response.writeHead(fault.status ?? 502, { 'content-type': 'text/html' }).end(PAGE);
      return true;
    case 'redirect':
      response.writeHead(302, { location: fault.location }).end();
      return true;
    case 'reset':
      response.socket?.destroy();
      return true;
    case 'answer':
      response.writeHead(200, { 'content-type': fault.contentType ?? 'application/json' }).end(fault.body);
      return true;
    case 'code':
    case 'cut-json':
    case 'lost-answer':
    case 'partial-delete':
    case 'slow':
    case 'truncated':
    case undefined:
      return false;
  }
}

/** What a queue would answer. */
export interface QueueAnswer {
  /** Default 200. */
  readonly status?: number;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly body: Buffer;
}

/** Sends an answer, as far as the fault lets it through. */
export function sendAnswer(fault: QueueFault | null, response: ServerResponse, given: QueueAnswer): void {
  const { status = 200, contentType = 'application/json', body: answer } = given;
  const headers = { 'content-type': contentType, 'content-length': answer.length };
  const half = answer.subarray(0, Math.floor(answer.length / 2));
  switch (fault?.kind) {
    case 'lost-answer':
      response.socket?.destroy();
      return;
    case 'truncated':
      response.writeHead(status, headers);
      response.write(half, () => response.socket?.destroy());
      return;
    case 'cut-json':
      response.writeHead(status, { ...headers, 'content-length': half.length }).end(half);
      return;
    case 'slow':
      setTimeout(() => response.writeHead(status, headers).end(answer), fault.ms).unref();
      return;
    case 'answer':
    case 'code':
    case 'html':
    case 'partial-delete':
    case 'redirect':
    case 'reset':
    case undefined:
      response.writeHead(status, headers).end(answer);
  }
}
