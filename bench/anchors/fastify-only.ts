/** The ceiling of `ingest`: bare Fastify that takes the bytes and answers. */
import { serveNotifications } from './bare-fastify';

const nothing = (): Promise<void> => Promise.resolve();

void serveNotifications({ take: nothing, close: nothing });
