import { Controller, Inject, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { UnchangedFailures } from '@mps-ledger/consuming';
import type { Consume } from '@mps-ledger/consuming';
import type { Batch } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { CONSUME } from './tokens';

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
