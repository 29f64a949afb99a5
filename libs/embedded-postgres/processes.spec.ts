import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasEndedWithin, startOf } from './processes';

describe('the start of a process', () => {
  it('is the same whenever it is asked for', () => {
    expect(startOf(process.pid)).toEqual(startOf(process.pid));
    expect(startOf(process.pid)).not.toBeNull();
  });

  it('distinguishes two processes', async () => {
    const child = spawn('sleep', ['60']);
    expect(startOf(child.pid ?? 0)).not.toEqual(startOf(process.pid));
    child.kill();
    await once(child, 'exit');
  });

  it('is null for one that has ended, or is a zombie', async () => {
    // The shell becomes a process that never collects its child.
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const uncollected = Number(String(line));
    const started = startOf(uncollected) ?? 'never seen alive';
    expect(await hasEndedWithin(uncollected, started, 5_000)).toBe(true);
    expect(startOf(uncollected)).toBeNull();
    shell.kill();
    await once(shell, 'exit');
    expect(startOf(shell.pid ?? 0)).toBeNull();
  });
});
