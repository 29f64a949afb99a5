import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ProbesController } from '@mps-ledger/platform';
import { ContractController } from './contract/contract.controller';
import { makeContract } from './contract/openapi';
import type { ContractOptions } from './contract/openapi';
import { NotificationsController } from './notifications/notifications.controller';
import type { QueryContext } from './query-context';
import { TasksController } from './tasks/tasks.controller';
import { CONTRACT, QUERY_CONTEXT } from './tokens';

const CONTROLLERS = [TasksController, NotificationsController, ContractController];

@Module({})
export class QueryModule {
  static forRoot(context: QueryContext, contract: ContractOptions): DynamicModule {
    return {
      module: QueryModule,
      controllers: CONTROLLERS,
      providers: [
        { provide: QUERY_CONTEXT, useValue: context },
        { provide: CONTRACT, useValue: makeContract([...CONTROLLERS, ProbesController], contract) },
      ],
    };
  }
}
