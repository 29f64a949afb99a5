import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { freshnessHeaders } from './answer';
import type { Answer, NextPage } from './answer';
import { entityTag, matches } from './etag';

const JSON_TEXT = 'application/json; charset=utf-8';

/** Puts the header fields of an `Answer` on the reply (freshness, entity tag, next page), and answers 304 where its tag is known. */
export class AnswerInterceptor implements NestInterceptor<Answer, unknown> {
  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<unknown> {
    const http = context.switchToHttp();
    return next.handle().pipe(map((answer) => send(http.getRequest(), http.getResponse(), answer)));
  }
}

/** The body to send; undefined for none. */
function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): object | string | undefined {
  const { freshness, tag, next, waited } = answer;
  void reply.headers({ ...freshnessHeaders(freshness, waited), ...(next !== undefined && nextLink(next)) });
  if (tag !== undefined) {
    void reply.headers({ etag: entityTag(tag), 'cache-control': 'private, no-cache' });
    if (matches(request.headers['if-none-match'], tag)) {
      void reply.code(304);
      return undefined;
    }
  }
  const body = answer.body();
  if (typeof body === 'string') void reply.type(JSON_TEXT);
  return body;
}

/** Servers and clients refuse header fields longer than some kilobytes. */
const LONGEST_IN_LINK = 2000;

/**
 * The next page as `Link` (RFC 8288), relative to the request's own path, which may be too long for a header. None at
 * the end, and none where the cursor is too long for a header: the body always has it.
 */
function nextLink({ cursor, limit, account }: NextPage): Record<string, string> {
  if (cursor === null || cursor.length > LONGEST_IN_LINK) return {};
  const ofAccount = account === undefined ? '' : `&account=${account}`;
  return { link: `<?cursor=${cursor}&limit=${limit}${ofAccount}>; rel="next"` };
}
