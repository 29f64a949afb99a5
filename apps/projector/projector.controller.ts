import { Catch, Controller, Inject, UseFilters } from '@nestjs/common';
import type { ExceptionFilter } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { Batch } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Consume } from './consume';

export const CONSUME = Symbol('consume');

/** Passes failures on unchanged; Nest would replace them by "Internal server error". */
@Catch()
export class UnchangedFailures implements ExceptionFilter {
  catch(failure: unknown): Observable<never> {
    return throwError(() => failure);
  }
}

/** Handles batches of the followed topics; each answer is the position to continue from. */
@Controller()
@UseFilters(UnchangedFailures)
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
