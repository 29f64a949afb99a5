/**
 * `npm run test:postgres -- --url postgres://user:password@host:port/postgres [arguments for jest]`: runs all specs that
 * need a database on that server instead of the embedded one. Its user must be allowed to create databases; those are
 * named `ledger_test_…` and dropped again, and nothing else is touched.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Takes `--url value` or `--url=value` out of the arguments; the rest is jest's. */
function takeUrl(args) {
  const at = args.findIndex((arg) => arg === '--url' || arg.startsWith('--url='));
  if (at < 0) return { url: process.env.TEST_DATABASE_URL, rest: args };
  const separate = args[at] === '--url';
  return {
    url: separate ? args[at + 1] : args[at].slice('--url='.length),
    rest: args.toSpliced(at, separate ? 2 : 1),
  };
}

function run(program, args, env) {
  const { status } = spawnSync(process.execPath, [join(ROOT, program), ...args], { cwd: ROOT, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

const { url, rest } = takeUrl(process.argv.slice(2));
if (!/^postgres(ql)?:\/\//.test(url ?? '')) {
  console.error(
    'usage: npm run test:postgres -- --url postgres://user:password@host:port/postgres [arguments for jest]',
  );
  process.exit(2);
}
run('tools/build.mjs', [], process.env);
// What starts the embedded Postgres does not look at this one.
const choice = ['--selectProjects', 'int', 'system', '--testPathIgnorePatterns', '/libs/embedded-postgres/'];
run('node_modules/jest/bin/jest.js', [...choice, ...rest], { ...process.env, TEST_DATABASE_URL: url });
