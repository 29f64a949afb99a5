import { readEarly } from './api/client';
import { parseAddress } from './routing/address';
import { countQuery, listQuery } from './tasks/filters';
import { taskPlace } from './task/task-address';
import { HISTORY_PAGE_SIZE } from './task/use-history';

/** Asks for what the view of an address reads first, before it is rendered: it is shown sooner. */
export function readFirst(search: string): void {
  const address = parseAddress(search);
  switch (address.view) {
    case 'tasks':
      readEarly('listTasks', { query: listQuery(address) });
      readEarly('countTasks', { query: countQuery(address) });
      break;
    case 'task': {
      const { account, id, version, filter } = taskPlace(address);
      readEarly('getTask', { id, query: { account, ...(version !== null && { at_version: version }) } });
      readEarly('getTaskHistory', { id, query: { account, limit: HISTORY_PAGE_SIZE, ...filter } });
      break;
    }
    case 'pipeline':
      readEarly('getPipeline', {});
      break;
    case 'errors':
    case 'usage':
      // What they ask for depends on the time.
      break;
    default:
      address.view satisfies never;
  }
}
