import { isTaskPlace } from '@mps-ledger/read-model';
import type { TaskFilter, TaskPlace } from '@mps-ledger/read-model';
import { TASKS_FILTERS } from '../contract/parameters';
import { instantOf } from '../http/instant';
import type { Filter, List } from '../http/paging';
import { makeParameterReader, present } from '../http/parameters';

const readFilters = makeParameterReader(TASKS_FILTERS);

/** The filter that parameters say, its times in UTC. Throws a Problem for what cannot be taken. */
export function tasksFilterOf(parameters: Readonly<Record<string, unknown>>): Filter & TaskFilter {
  const { received_after, received_before, ...filter } = readFilters(parameters);
  return present({ ...filter, received_after: utc(received_after), received_before: utc(received_before) });
}

/** The list of tasks. */
export const TASKS: List<TaskPlace> = { name: 'tasks', filterOf: tasksFilterOf, isPlace: isTaskPlace };

function utc(time: string | undefined): string | undefined {
  return time === undefined ? undefined : (instantOf(time) ?? undefined);
}
