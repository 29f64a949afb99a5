import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ContractController } from './contract/contract.controller';
import { makeContract } from './contract/openapi';
import type { ContractOptions } from './contract/openapi';
import { NotificationsController } from './notifications/notifications.controller';
import type { Reading } from './reading';
import { TasksController } from './tasks/tasks.controller';
import { CONTRACT, READING } from './tokens';

@Module({})
export class QueryModule {
  static forRoot(reading: Reading, contract: ContractOptions): DynamicModule {
    return {
      module: QueryModule,
      controllers: [TasksController, NotificationsController, ContractController],
      providers: [
        { provide: READING, useValue: reading },
        { provide: CONTRACT, useValue: makeContract(contract) },
      ],
    };
  }
}
