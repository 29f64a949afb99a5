import { ErrorsView } from './errors/errors-view';
import { useAgeProbe } from './frame/age';
import { Frame } from './frame/frame';
import { PipelineView } from './pipeline/pipeline-view';
import { useAddress } from './routing/router';
import { TaskView } from './task/task-view';
import { TasksView } from './tasks/tasks-view';
import { UsageView } from './usage/usage-view';

/** The page: what the address says, in its frame. */
export function Page() {
  useAgeProbe();
  return (
    <Frame>
      <CurrentView />
    </Frame>
  );
}

function CurrentView() {
  const { view } = useAddress();
  switch (view) {
    case 'tasks':
      return <TasksView />;
    case 'task':
      return <TaskView />;
    case 'errors':
      return <ErrorsView />;
    case 'pipeline':
      return <PipelineView />;
    case 'usage':
      return <UsageView />;
    default:
      return view satisfies never;
  }
}
