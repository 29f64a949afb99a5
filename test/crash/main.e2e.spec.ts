import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs it where there is no Java. `left`: what it leaves in the folder of temporary files. */
function withoutJava(...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'crash-without-java-'));
  const main = join(process.cwd(), 'dist/test/crash/main.js');
  const env = { PATH: '/nowhere', TMPDIR: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' });
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return { status, stdout, stderr, left };
}

describe('the crash runner', () => {
  it('says in words that there is no Kafka to be had, and leaves nothing behind', () => {
    const { stderr, ...rest } = withoutJava('--log', 'kafka', '--fault', 'kill');
    expect(rest).toEqual({ status: 1, stdout: '', left: [] });
    expect(stderr).toMatch(/^Kafka needs Java .*\n$/);
    expect(stderr).not.toContain('KAFKA_BROKERS');
  });

  it('says of a fault of SQS that it was not provoked where ElasticMQ cannot run, and why', () => {
    const { stdout, stderr, ...rest } = withoutJava('--fault', 'source-sqs-killed', '--rounds', '2', '--seed', '1');
    expect(rest).toEqual({ status: 0, left: [] });
    expect(stderr).toMatch(/source-sqs-killed not provoked: ElasticMQ needs Java .*\n$/);
    expect(stdout).toMatch(/source-sqs-killed +0 .* not provoked\n$/);
  });
});
