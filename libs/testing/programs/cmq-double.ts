/**
 * `npm run cmq:double -- [--queue mps-events] [--port 8090] [--host 127.0.0.1] [--secret-id ID --secret-key KEY]`: runs a double of
 * CMQ for a try-out, until it is stopped. It keeps messages in memory; `POST /send/{queue}` sends one. Exit codes: 0; 1 if it cannot listen; 2 for unknown arguments.
 */
import { parseArgs } from 'node:util';

import { DOUBLE_SECRET, startCmqDouble } from '../cmq/cmq-double';

const USAGE =
  'usage: npm run cmq:double -- [--queue mps-events] [--port 8090] [--host 127.0.0.1] [--secret-id ID --secret-key KEY]';

function readArguments() {
  try {
    const text = { type: 'string' } as const;
    const options = {
      queue: { type: 'string', multiple: true },
      ...{ port: text, host: text, 'secret-id': text, 'secret-key': text },
    } as const;
    const { values } = parseArgs({ options });
    const port = Number(values.port ?? 8090);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
    return {
      ...{ port, host: values.host ?? '127.0.0.1', queues: values.queue ?? ['mps-events'] },
      secretId: values['secret-id'] ?? DOUBLE_SECRET.id,
      secretKey: values['secret-key'] ?? DOUBLE_SECRET.key,
    };
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given === undefined) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const { port, host, queues, secretId, secretKey } = given;
  const double = await startCmqDouble({ port, host, queues, secrets: { [secretId]: secretKey }, plainSend: true });
  console.log(`CMQ_ENDPOINT=${double.url}`);
  console.log(`CMQ_QUEUE=${queues[0] ?? ''}`);
  console.log(`CMQ_SECRET_ID=${secretId}`);
  console.log(`CMQ_SECRET_KEY=${secretKey}`);
  console.error(`A message: curl --data-binary @FILE ${double.url}/send/${queues[0] ?? ''}`);
  const stop = (): void => void double.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
