/**
 * Requests a probe: `node probe.mjs http://127.0.0.1:8082/readyz`. Exits with 0 for an answer of 200, otherwise with 1. The
 * answer or the error goes to standard output, where `docker inspect` shows it. It has no timeout of its own: the caller sets
 * one. The image has no curl.
 */
import { get } from 'node:http';

const [url = ''] = process.argv.slice(2);
process.exitCode = 1;
get(url, (answer) => {
  if (answer.statusCode === 200) process.exitCode = 0;
  process.stdout.write(`${answer.statusCode} `);
  answer.pipe(process.stdout);
}).on('error', (error) => console.log(`${url}: ${error.message}`));
