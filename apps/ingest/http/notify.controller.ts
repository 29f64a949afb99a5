import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { givenContentType, nothingAtPath, Problem, traceparentOf } from '@mps-ledger/platform';
import type { BodyReader } from '@mps-ledger/platform';
import { IngestLog } from '../ingest-log';
import { logsIn, viaOf } from '../sources/forward/via';
import type { Delivery, Receive } from '../sources/receive';
import type { ReceiveResult } from '../sources/receive-result';
import type { HttpSource } from '../sources/notification-sources';
import { RunningSources } from '../sources/running-sources';
import { BODY_READER, RECEIVE } from '../tokens';

/** The callback listener's only route: bytes in, a receipt out. */
@Controller('notify')
export class NotifyController {
  constructor(
    @Inject(RunningSources) private readonly sources: RunningSources,
    @Inject(BODY_READER) private readonly bodies: BodyReader,
    @Inject(RECEIVE) private readonly receive: Receive,
    @Inject(IngestLog) private readonly log: IngestLog,
  ) {}

  @Post(':path')
  async notify(
    @Req() request: FastifyRequest<{ Params: { path: string } }>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const called = this.sources.at(request.params.path);
    if (called === undefined) throw nothingAtPath();
    const { source } = called;
    if (!called.allows(request.socket.remoteAddress ?? '')) throw notOfNetwork();
    if (source.keys.length === 0) refuseWebPage(request);
    refuseEncoded(request);
    const cameThrough = logsIn(request.headers['via']);
    if (cameThrough.includes(this.log.found?.logId ?? '')) throw forwardedByItself();
    const delivery = deliveryOf(request, source, cameThrough);
    const body = await this.bodies.read(request.raw, source.keys.length === 0);
    switch (body.kind) {
      case 'whole':
        sendResult(reply, await this.receive.take(delivery, body.bytes));
        return;
      case 'oversize':
        sendResult(reply, await this.receive.refuseOversize(delivery, body));
        return;
      case 'no-room':
        throw busy('Too much is being received already.');
      case 'aborted':
        throw new Problem({
          status: 400,
          code: 'request-aborted',
          detail: 'The connection ended before the body did.',
        });
    }
  }
}

function deliveryOf(request: FastifyRequest, source: HttpSource, cameThrough: readonly string[]): Delivery {
  const msgId = source.transport === 'cmq-topic' ? request.headers['x-cmq-message-id'] : undefined;
  return {
    source,
    contentType: givenContentType(request) ?? undefined,
    traceparent: traceparentOf(request),
    transportIds: {
      ...(typeof msgId === 'string' && { 'cmq-msgid': msgId.slice(0, MAX_ID_CHARACTERS) }),
      ...(cameThrough.length > 0 && { via: viaOf(cameThrough) }),
    },
  };
}

const MAX_ID_CHARACTERS = 128;

function forwardedByItself(): Problem {
  return new Problem({
    status: 508,
    code: 'forwarded-by-itself',
    detail: 'This ledger forwarded it, so that forward_to of a source leads back to it. It is on the log already.',
  });
}

function notOfNetwork(): Problem {
  return new Problem({
    status: 403,
    code: 'network-refused',
    detail: 'This source takes notifications from other networks only.',
  });
}

function sendResult(reply: FastifyReply, received: ReceiveResult): void {
  switch (received.outcome) {
    case 'accepted':
      void reply
        .code(200)
        .header('content-type', 'application/json')
        .header('ledger-receipt', received.receipt)
        .send(`{"code":0,"receipt":"${received.receipt}"}`);
      return;
    case 'refused':
      throw refused(received);
    case 'unsigned':
      throw new Problem({
        status: 401,
        code: `signature-${received.reason}`,
        detail: SIGNATURE_DETAIL[received.reason],
        headers: { 'www-authenticate': 'MPS-Sign' },
      });
    case 'unavailable':
      if (received.code === 'log-busy') throw busy('Too much waits for the log already.', received.cause);
      throw new Problem({
        status: 503,
        code: received.code,
        detail: `${CLOSED_DETAIL[received.code]} Nothing is acknowledged: send it again.`,
        headers: { 'retry-after': '5' },
        cause: received.cause,
      });
  }
}

const CLOSED_DETAIL = {
  'record-too-large':
    'The log refuses a record of this size: its limit is lower than setup makes it, and has to be raised.',
  'log-unavailable': 'The log did not take it in time.',
  'log-not-ready': 'The log is not set up, or a part of it is missing.',
  'log-replaced': 'The log is another one than before, or has lost records.',
  'log-unsafe': 'The log is set to lose records.',
} as const;

const SIGNATURE_DETAIL = {
  missing: 'Timestamp and Sign are expected in each notification, whatever known wrapper it is in.',
  wrong: 'Sign was made with none of the keys.',
  expired: 'The time that Timestamp names is over, and MPS_NOTIFY_EXPIRED=refuse is set.',
} as const;

function refused({ code, detail, notificationId }: Extract<ReceiveResult, { outcome: 'refused' }>): Problem {
  return new Problem({
    status: ['body-too-large', 'too-many-records'].includes(code) ? 413 : 400,
    code,
    detail,
    ...(notificationId !== null && { members: { notification_id: notificationId } }),
  });
}

function busy(detail: string, cause?: unknown): Problem {
  return new Problem({ status: 503, code: 'log-busy', detail, headers: { 'retry-after': '1' }, cause });
}

/**
 * Any web page can make a browser on this machine send a POST, to loopback too. A source without signatures refuses requests with
 * the headers of a browser: `Origin`, or `Sec-Fetch-Site` other than `none` (Fetch Metadata).
 */
function refuseWebPage({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (headers.origin === undefined && (site === undefined || site === 'none')) return;
  throw new Problem({
    status: 403,
    code: 'web-page-refused',
    detail:
      `A web page made this request (${headers.origin === undefined ? 'Sec-Fetch-Site' : 'Origin'} says so), which a source without keys ` +
      `does not accept: a page could make its visitors send notifications. Set MPS_NOTIFY_KEY to accept signed ones.`,
  });
}

/** A body is logged as it arrived and never decompressed, so that it cannot grow. */
function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return;
  throw new Problem({
    status: 415,
    code: 'content-encoding-not-accepted',
    detail: 'Send the body as it is, without a Content-Encoding.',
    headers: { 'accept-encoding': 'identity' },
  });
}
