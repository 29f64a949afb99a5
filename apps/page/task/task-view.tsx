import { useRef } from 'preact/hooks';
import { FailureNotice } from '../frame/failure-notice';
import { useKeys } from '../frame/keys';
import { addressNow, listAddress, navigate, useAddress } from '../routing/router';
import { DiffView } from './diff-view';
import { SidePanel } from './side-panel';
import { SubtaskSection } from './subtask-section';
import { taskPlace, withPanel } from './task-address';
import { TaskHead } from './task-head';
import { TaskValues } from './task-values';
import { Timeline } from './timeline';
import { useDifferences } from './use-differences';
import { useHistory } from './use-history';
import { useTask } from './use-task';
import { VersionBar } from './version-bar';

/** One task: what happened and why, its subtasks, what was heard, and how it was before. */
export function TaskView() {
  const { account, id } = taskPlace(useAddress());
  return <OneTask key={`${account}\n${id}`} />;
}

function OneTask() {
  const place = taskPlace(useAddress());
  const { account, id, version, compare, panel, filter } = place;
  const { task, newest, failure, round, retry } = useTask(account, id, version);
  const { loader, summary } = useHistory(account, id, filter, round);
  const compared = useDifferences({ account, id, from: compare, to: task?.version ?? null });
  // All that is above the timeline comes at once, so that nothing moves.
  const isShown = useRef(false);
  isShown.current ||= newest !== null && summary.isThere && (compare === null || compared !== null);
  useKeys({
    u: () => navigate(listAddress(addressNow())),
    Escape: () => panel !== null && navigate(withPanel(addressNow(), null)),
  });
  if (failure !== null && task === null) return <FailureNotice failure={failure} retry={retry} />;
  if (task === null || !isShown.current) return <p class="muted">Loading…</p>;
  return (
    <div class={panel === null ? undefined : 'with-panel'}>
      {failure !== null && <FailureNotice failure={failure} retry={retry} />}
      <TaskHead task={task} isPast={version !== null} ended={summary.ended} />
      <VersionBar shown={task.version} newest={newest ?? task.version} place={place} updated={task.updated} />
      {compare !== null && compared !== null && <DiffView compared={compared} />}
      <SubtaskSection subtasks={task.subtasks} spans={summary.spans} />
      <TaskValues task={task} />
      <Timeline
        loader={loader}
        filter={filter}
        shownVersion={version}
        open={panel?.of === 'event' ? panel.position : null}
      />
      {panel !== null && <SidePanel panel={panel} task={task} loader={loader} version={version} />}
    </div>
  );
}
