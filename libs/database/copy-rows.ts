import type { Writable } from 'node:stream';
import type { ClientBase, Connection, Submittable } from 'pg';

/** What a connection of `pg` has for COPY, which its types leave out. */
interface CopyConnection {
  readonly stream: Writable;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** A statement `COPY … FROM STDIN`, as `pg` submits a query. */
class CopyRows implements Submittable {
  private isOver = false;

  /** @param callback is also called by `pg`, where no answer comes in time. */
  constructor(
    private readonly copy: string,
    private readonly texts: Iterator<string, unknown>,
    readonly callback: (error: Error | null) => void,
  ) {}

  submit = (connection: Connection): void => connection.query(this.copy);

  handleCopyInResponse(connection: CopyConnection): void {
    try {
      this.send(connection);
    } catch (error) {
      this.end(error instanceof Error ? error : new Error(String(error)));
      connection.sendCopyFail('its rows could not be written');
    }
  }

  handleCommandComplete(): void {
    // The answer that counts is the one after it.
  }

  handleReadyForQuery(): void {
    this.end(null);
  }

  handleError(error: Error): void {
    this.end(error);
  }

  /** As much as the connection takes, and the rest once it has taken that. */
  private send(connection: CopyConnection): void {
    while (!this.isOver) {
      const next = this.texts.next();
      if (next.done === true) {
        connection.endCopyFrom();
        return;
      }
      connection.sendCopyFromChunk(Buffer.from(next.value));
      if (!connection.stream.writableNeedDrain) continue;
      connection.stream.once('drain', () => this.handleCopyInResponse(connection));
      return;
    }
  }

  private end(error: Error | null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.callback(error);
  }
}

/**
 * Writes rows by a statement `COPY … FROM STDIN`, in texts of the format `text`, which are made while they are sent. Rejects with the
 * database's error.
 */
export function copyRows(client: ClientBase, copy: string, texts: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(
      new CopyRows(copy, texts[Symbol.iterator](), (error) => {
        if (error === null) resolve();
        else reject(error);
      }),
    );
  });
}
