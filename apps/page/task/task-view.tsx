import { useMemo } from 'preact/hooks';
import { FailureNotice } from '../frame/failure-notice';
import { useKeys } from '../frame/keys';
import { viewAddress } from '../routing/address';
import { addressNow, navigate, useAddress } from '../routing/router';
import { DiffView } from './diff-view';
import { SidePanel } from './side-panel';
import { spansOf } from './spans';
import { SubtaskSection } from './subtask-section';
import { taskPlace, withPanel } from './task-address';
import { TaskHead } from './task-head';
import { TaskValues } from './task-values';
import { Timeline } from './timeline';
import { useHistory } from './use-history';
import { useTask } from './use-task';
import { VersionBar } from './version-bar';

/** One task: what happened and why, its subtasks, what was heard, and how it was before. */
export function TaskView() {
  const place = taskPlace(useAddress());
  const { account, id, version, compare, panel } = place;
  const { task, newest, failure, round, retry } = useTask(account, id, version);
  const { history, readMore } = useHistory(account, id, round);
  const spans = useMemo(() => spansOf(history.entries), [history.entries]);
  useKeys({
    u: () => navigate(viewAddress(addressNow(), 'tasks')),
    Escape: () => panel !== null && navigate(withPanel(addressNow(), null)),
  });
  if (failure !== null && task === null) return <FailureNotice failure={failure} retry={retry} />;
  if (task === null) return <p class="muted">Loading…</p>;
  return (
    <>
      {failure !== null && <FailureNotice failure={failure} retry={retry} />}
      <TaskHead task={task} isPast={version !== null} entries={history.entries} />
      <VersionBar shown={task.version} newest={newest} place={place} updated={task.updated} />
      {compare !== null && <DiffView place={place} from={compare} to={task.version} />}
      <SubtaskSection subtasks={task.subtasks} spans={spans} />
      <Timeline history={history} readMore={readMore} shownVersion={version} />
      <TaskValues task={task} />
      {panel !== null && <SidePanel panel={panel} task={task} history={history} version={version} />}
    </>
  );
}
