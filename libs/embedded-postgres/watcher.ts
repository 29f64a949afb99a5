import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { DatabaseUser } from './database-user';

/*
 * Reads the pid of the present server, line after line, until the other end of the pipe is closed: by `end()`, or by the
 * kernel when the parent is gone, however it went. Then stops that server, kills one that hangs (with its sessions, where the
 * kernel tells them), and removes the data of a throwaway one.
 */
const SCRIPT = `
trap '' HUP INT TERM
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -INT "$pid" 2>/dev/null
  n=0
  while kill -0 "$pid" 2>/dev/null; do
    [ $n -eq 8 ] && kill -QUIT "$pid" 2>/dev/null
    [ $n -eq 10 ] && kill -KILL $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) "$pid" 2>/dev/null
    [ $n -ge 16 ] && break
    n=$((n + 1))
    sleep 1
  done
  [ -n "$1" ] && rm -rf -- "$1"
fi
exit 0
`;

export interface ServerWatcher {
  /** The server to stop when this process is gone; null: none at present. */
  watch(pid: number | null): void;
  /** The server was stopped: nothing is left to watch. */
  end(): void;
}

/**
 * Starts a tiny process that stops the server when this one is gone, `kill -9` included. It runs as the database's user, so
 * that a pid taken by somebody else's process could do no harm.
 *
 * @param thrownAway data to remove then; null keeps it
 */
export function startWatcher(user: DatabaseUser, thrownAway: string | null): ServerWatcher {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'mps-ledger-watcher', thrownAway ?? ''], {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a watcher the database still works, and the next start stops one left behind.
  const unwatched = (): void => undefined;
  child.on('error', unwatched);
  child.stdin.on('error', unwatched);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    watch: (pid) => void child.stdin.write(`${pid ?? ''}\n`),
    end: () => void child.stdin.end('\n'),
  };
}
