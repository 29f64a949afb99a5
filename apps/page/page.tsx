import { useAgeProbe } from './frame/age';
import { Frame } from './frame/frame';
import { useAddress } from './routing/router';
import { TaskView } from './task/task-view';
import { TasksView } from './tasks/tasks-view';

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
    default:
      return view satisfies never;
  }
}
