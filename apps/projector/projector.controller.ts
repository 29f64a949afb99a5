import { Catch, Controller, Inject, UseFilters } from '@nestjs/common';
import type { ExceptionFilter } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { Batch } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Consume } from './consume';

export const CONSUME = Symbol('consume');

/** Hands failures on as they are; Nest would make "Internal server error" of them. */
@Catch()
export class FailuresAsTheyAre implements ExceptionFilter {
  catch(failure: unknown): Observable<never> {
    return throwError(() => failure);
  }
}

/** Batches of the followed topics; each answer is the position to go on from. */
@Controller()
@UseFilters(FailuresAsTheyAre)
export class ProjectorController {
  constructor(@Inject(CONSUME) private readonly consume: Consume) {}

  @MessagePattern(TOPICS.events)
  events(@Payload() batch: Batch): Promise<number> {
    return this.consume(batch);
  }

  @MessagePattern(TOPICS.rejected)
  rejected(@Payload() batch: Batch): Promise<number> {
    return this.consume(batch);
  }
}
