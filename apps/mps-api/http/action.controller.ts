import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { makeLogRateLimiter } from '@mps-ledger/async';
import { Problem } from '@mps-ledger/platform';
import type { BodyReader, Logger } from '@mps-ledger/platform';
import type { ActionAnswer, AnswerAction } from '../answer-action';
import { requestIdOf } from '../error-form';
import type { CountAnswer } from '../mps-api-metrics';
import { ANSWER_ACTION, BODIES, COUNT_ANSWER, LOGGER } from '../tokens';
import { apiRequestOf } from './api-request';

const asItIs = (text: string): string => text;

/** The only path of the vendor's API: parameters or header fields name the action. */
@Controller()
export class ActionController {
  private readonly logLimiter = makeLogRateLimiter(1000);

  constructor(
    @Inject(ANSWER_ACTION) private readonly answer: AnswerAction,
    @Inject(BODIES) private readonly bodies: BodyReader,
    @Inject(COUNT_ANSWER) private readonly count: CountAnswer,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('/')
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    // Fastify answers HEAD as a GET without its body, in which the SDKs expect everything.
    if (request.method !== 'GET') throw new Problem({ status: 405, code: 'method-not-allowed' });
    this.send(request, reply, 'GET', Buffer.alloc(0));
  }

  @Post('/')
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.send(request, reply, 'POST', await this.bodyOf(request));
  }

  private send(request: FastifyRequest, reply: FastifyReply, method: 'GET' | 'POST', body: Buffer): void {
    const answer = this.answer(apiRequestOf(request, method, body), requestIdOf(request.id));
    this.count(answer.action, answer.error);
    this.log(request, answer);
    void reply
      .code(200)
      .headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
      // To a text without a serializer Fastify adds a charset, with which the Python SDK reads no error.
      .serializer(asItIs)
      .send(answer.text);
  }

  private async bodyOf({ raw }: FastifyRequest): Promise<Buffer> {
    const body = await this.bodies.read(raw, false);
    switch (body.kind) {
      case 'whole':
        return body.bytes;
      case 'oversize':
        throw new Problem({
          status: 413,
          code: 'body-too-large',
          detail: `The body has more than ${body.allowed} bytes.`,
        });
      case 'no-room':
        throw new Problem({ status: 503, code: 'bodies-busy', detail: 'Too much is being received already.' });
      case 'aborted':
        throw new Problem({
          status: 400,
          code: 'request-aborted',
          detail: 'The connection ended before the body did.',
        });
    }
  }

  /** Neither content nor keys. A key that was changed on one side only fails every request. */
  private log(request: FastifyRequest, { action, error }: ActionAnswer): void {
    const members = { request_id: request.id, action, code: error };
    if (error?.startsWith('AuthFailure.') === true) {
      const similar = this.logLimiter.pass(error);
      if (similar !== null) this.logger.warn({ ...members, similar }, 'a signature was not accepted');
    } else {
      this.logger.debug(members, 'answered');
    }
  }
}
