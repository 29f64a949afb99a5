import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('the crash runner', () => {
  it('says in words that there is no Kafka to be had, and leaves nothing behind', () => {
    const folder = mkdtempSync(join(tmpdir(), 'crash-without-kafka-'));
    const main = join(process.cwd(), 'dist/test/crash/main.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--log', 'kafka', '--fault', 'kill'], {
      env: { PATH: '/nowhere', TMPDIR: folder },
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Kafka needs Java .*\n$/);
    expect(stderr).not.toContain('KAFKA_BROKERS');
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
