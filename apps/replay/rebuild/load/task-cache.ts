import { loadTasks, type Bytes, type TaskToFold } from '@mps-ledger/read-model';
import type { LoadTasks, TasksToFold } from '@mps-ledger/task-projection';

interface CachedTask {
  readonly task: TaskToFold;
  readonly partition: number;
  readonly size: number;
}

/** What a state takes in memory beside its text, about: times the text's characters, and besides. */
const PER_CHARACTER = 6;
const PER_TASK = 1_500;

/**
 * The tasks as they are stored, those that were read or written last. One that is not cached is read from its rows; a partition that was loaded from
 * its beginning, and of which nothing was evicted, has no others.
 */
export class TaskCache {
  /** By key, the longest unused first. A task belongs to one partition. */
  private readonly tasks = new Map<Bytes, CachedTask>();
  /** Partitions whose tasks are all cached. */
  private readonly whole = new Set<number>();
  private size = 0;

  /** @param mostBytes of all cached tasks, estimated. */
  constructor(private readonly mostBytes: number) {}

  /** The tasks of a batch, from the cache or else from their rows. */
  readonly load: LoadTasks = async (model, keys, partition) => {
    const found = new Map<Bytes, TaskToFold>();
    const missing: Bytes[] = [];
    for (const key of keys) {
      const cached = this.tasks.get(key);
      if (cached === undefined) missing.push(key);
      else found.set(key, cached.task);
    }
    if (missing.length === 0 || this.whole.has(partition)) return found;
    for (const [key, task] of await loadTasks(model, missing)) found.set(key, task);
    return found;
  };

  /** A partition has no rows yet. */
  begin(partition: number): void {
    this.whole.add(partition);
  }

  /** Tasks as they were written and committed. */
  store(partition: number, tasks: TasksToFold): void {
    for (const [key, task] of tasks) {
      this.remove(key);
      const size = PER_TASK + PER_CHARACTER * (task.text?.length ?? 0);
      this.tasks.set(key, { task, partition, size });
      this.size += size;
    }
    for (const [key, { partition: of }] of this.tasks) {
      if (this.size <= this.mostBytes) return;
      this.remove(key);
      this.whole.delete(of);
    }
  }

  /** What is cached of a partition may not be what is stored: a transaction of unknown outcome, or another process at work. */
  forget(partition: number): void {
    this.whole.delete(partition);
    for (const [key, cached] of this.tasks) if (cached.partition === partition) this.remove(key);
  }

  private remove(key: Bytes): void {
    this.size -= this.tasks.get(key)?.size ?? 0;
    this.tasks.delete(key);
  }
}
