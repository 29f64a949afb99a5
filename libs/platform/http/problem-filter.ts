import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AnswerProblem } from './answer-problem';

/** Answers every exception as a problem: ours, Nest's and Fastify's. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly answer: AnswerProblem) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), thrown);
  }
}
