import { hash } from 'node:crypto';

/** Hex digits of a task's key that name its group: 65,536 groups. */
const GROUP_DIGITS = 4;

/**
 * The digest over the states of many tasks, in two levels, so that a database can compute the first one: the SHA-256, in hex, of a line for
 * each group of tasks, `<first four digits of the keys> <SHA-256 of the group's lines>`. The lines of a group are `<task key> <state digest>`.
 * All of them are in rising order, in hex, and end with a line feed. The same tasks in the same states have the same digest on any machine.
 */
export class StatesDigest {
  private readonly groups: string[] = [];
  private name = '';
  private lines: string[] = [];

  /** Adds the next task, by rising key. */
  add(key: string, stateDigest: string): void {
    const name = key.slice(0, GROUP_DIGITS);
    if (this.name !== name) this.endGroup();
    this.name = name;
    this.lines.push(`${key} ${stateDigest}\n`);
  }

  /** Adds the next group, by the digest of its lines. */
  addGroup(name: string, digest: string): void {
    this.endGroup();
    this.groups.push(`${name} ${digest}\n`);
  }

  /** The digest over all that was added. */
  end(): string {
    this.endGroup();
    return hash('sha256', this.groups.join(''));
  }

  private endGroup(): void {
    if (this.lines.length > 0) this.groups.push(`${this.name} ${hash('sha256', this.lines.join(''))}\n`);
    this.lines = [];
  }
}
