import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import type { AccessCheck } from './access-check';
import { operationOf } from './contract';

/** Lets a request pass that carries a key for the operation, or whose operation needs none; throws the problem else. */
export class AccessGuard implements CanActivate {
  constructor(private readonly check: AccessCheck) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { key = 'required', scope } = operationOf(context.getHandler()) ?? {};
    const problem = await this.check(context.switchToHttp().getRequest<FastifyRequest>(), { key, scope });
    if (problem !== undefined) throw problem;
    return true;
  }
}
