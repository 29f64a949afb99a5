/**
 * Asks a probe: `node probe.mjs http://127.0.0.1:8082/readyz`. Ends with 0 for an answer of 200, else with 1; the answer, or
 * what went wrong, is on standard output, where `docker inspect` shows it. Whoever starts it bounds its time. The image has
 * no curl.
 */
import { get } from 'node:http';

const [url = ''] = process.argv.slice(2);
process.exitCode = 1;
get(url, (answer) => {
  if (answer.statusCode === 200) process.exitCode = 0;
  process.stdout.write(`${answer.statusCode} `);
  answer.pipe(process.stdout);
}).on('error', (error) => console.log(`${url}: ${error.message}`));
