import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AnswerProblem } from './answer-problem';

/** The one place where Nest's exceptions, its unknown routes and Fastify's errors become answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly answer: AnswerProblem) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), thrown);
  }
}
