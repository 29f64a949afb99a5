import { DOUBLE_SECRET, startCmqDouble } from '../cmq/cmq-double';
import { PROGRAM_QUEUE_HIDES_SECONDS, PROGRAM_QUEUE_NAME as name, type ProgramQueue } from './program-queue';

/** A queue of the double of CMQ. */
export async function startCmqProgramQueue(): Promise<ProgramQueue> {
  const queue = { name, visibilityTimeoutSeconds: PROGRAM_QUEUE_HIDES_SECONDS };
  const double = await startCmqDouble({ queues: [queue], plainSend: true });
  const { id, key } = DOUBLE_SECRET;
  return {
    settings: { CMQ_ENDPOINT: double.url, CMQ_QUEUE: name, CMQ_SECRET_ID: id, CMQ_SECRET_KEY: key },
    way: { via: 'cmq', to: `${double.url}/send/${name}` },
    send: (bodies) => Promise.resolve(void double.send(name, bodies)),
    remaining: () => Promise.resolve(double.bodies(name).length),
    delivered: () => double.stats(name).delivered,
    fault: (fault, request) =>
      double.fault({ ...fault, action: request === 'receive' ? 'BatchReceiveMessage' : 'BatchDeleteMessage' }),
    setKeyRight: (isRight) => double.setSecrets({ [id]: isRight ? key : 'another key' }),
    close: () => double.close(),
  };
}
