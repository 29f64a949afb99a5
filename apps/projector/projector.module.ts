import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Consume } from '@mps-ledger/consuming';
import { CONSUME, ProjectorController } from './projector.controller';

@Module({})
export class ProjectorModule {
  /** @param consume applies a batch */
  static forRoot(consume: Consume): DynamicModule {
    return {
      module: ProjectorModule,
      controllers: [ProjectorController],
      providers: [{ provide: CONSUME, useValue: consume }],
    };
  }
}
