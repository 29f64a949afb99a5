import { FailureNotice } from '../frame/failure-notice';
import { useAddress } from '../routing/router';
import { EmptyList } from './empty-list';
import { ExportLinks } from './export-links';
import { FilterBar } from './filter-bar';
import { OrderSwitch } from './order-switch';
import { StateButtons } from './state-buttons';
import { TaskRows } from './task-rows';
import { useCounts } from './use-counts';
import { useTaskList } from './use-task-list';

/** The list of tasks: filters, numbers by state, rows. */
export function TasksView() {
  const address = useAddress();
  const { listing, renew, readMore } = useTaskList(address);
  const { counts, isReading } = useCounts(address, listing.changes);
  const { rows, failure, reading, waiting, next } = listing;
  return (
    <>
      <h1 class="hidden">Tasks</h1>
      <FilterBar />
      <div class="toolbar">
        <StateButtons counts={counts} isReading={isReading} />
        <div class="toolbar-end">
          <OrderSwitch />
          <ExportLinks />
        </div>
      </div>
      {failure !== null && <FailureNotice failure={failure} retry={renew} />}
      {(failure === null || rows.length > 0) && (
        <TaskRows rows={rows} waiting={waiting.size} onRenew={renew} isReading={reading === 'list'} />
      )}
      {failure === null && rows.length === 0 && reading === null && <EmptyList onSent={renew} />}
      {next !== null && (
        <div class="more">
          <button class="button" type="button" onClick={readMore} disabled={reading === 'page'}>
            {reading === 'page' ? 'Loading…' : 'Older tasks'}
          </button>
        </div>
      )}
    </>
  );
}
