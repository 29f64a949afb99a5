import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownTask } from '../api/answers';
import { Link, useAddress } from '../routing/router';
import { EventPanel } from './event-panel';
import type { HistoryLoader } from './history-loader';
import { SubtaskPanel } from './subtask-panel';
import { withPanel, type TaskPanel } from './task-address';
import { WhyPanel } from './why-panel';

interface SidePanelProps {
  readonly panel: TaskPanel;
  readonly task: ShownTask;
  readonly loader: HistoryLoader;
  /** The version that is shown; null: the newest. */
  readonly version: number | null;
}

/** What is looked at beside the task: a subtask, an event, or why a value is what it is. */
export function SidePanel({ panel, task, loader, version }: SidePanelProps) {
  switch (panel.of) {
    case 'subtask':
      return (
        <Panel title="Subtask">
          <SubtaskPanel subtask={task.subtasks.find(({ key }) => key === panel.key) ?? null} />
        </Panel>
      );
    case 'event':
      return (
        <Panel title="Event">
          <EventPanel position={panel.position} loader={loader} />
        </Panel>
      );
    case 'why':
      return (
        <Panel title={`Why this ${panel.value.replaceAll('_', ' ')}?`}>
          <WhyPanel task={task} value={panel.value} subtask={panel.subtask} version={version} />
        </Panel>
      );
    default:
      return panel satisfies never;
  }
}

function Panel({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const address = useAddress();
  const place = useRef<HTMLElement>(null);
  const opener = useRef(document.activeElement);
  useEffect(() => {
    const { current } = opener;
    place.current?.focus({ preventScroll: true });
    return () => {
      if (current instanceof HTMLElement && current.isConnected) current.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside class="panel" ref={place} tabIndex={-1} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <Link class="button button-small" to={withPanel(address, null)}>
          Close
        </Link>
      </header>
      {children}
    </aside>
  );
}
