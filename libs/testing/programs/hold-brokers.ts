/** Starts a broker, prints its port, and keeps it until this process ends. */
import { startBrokers } from '../kafka/brokers';

async function main(): Promise<void> {
  const { brokers } = await startBrokers();
  const [broker] = brokers;
  process.stdout.write(`${JSON.stringify({ port: broker?.port })}\n`);
  setInterval(() => undefined, 60_000);
}

void main();
