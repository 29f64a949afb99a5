import type { ShownSubtask } from '../api/answers';

/** Whether a subtask has no subtasks of its own, whose key is `parent/child`. */
export function isLeaf(all: readonly Pick<ShownSubtask, 'key'>[]): (subtask: Pick<ShownSubtask, 'key'>) => boolean {
  const parents = new Set(all.flatMap(({ key }) => parentKeys(key)));
  return ({ key }) => !parents.has(key);
}

function parentKeys(key: string): string[] {
  const at = key.lastIndexOf('/');
  return at === -1 ? [] : [key.slice(0, at)];
}
