import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import type { AccessCheck } from './access';
import { operationOf } from './contract';

/** Lets a request pass that carries one of the API keys, or whose operation needs none by its contract; throws the problem else. */
export class AccessGuard implements CanActivate {
  constructor(private readonly check: AccessCheck) {}

  canActivate(context: ExecutionContext): boolean {
    const { key = 'required' } = operationOf(context.getHandler()) ?? {};
    const problem = this.check(context.switchToHttp().getRequest<FastifyRequest>(), key === 'required');
    if (problem !== undefined) throw problem;
    return true;
  }
}
