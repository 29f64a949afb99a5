import type { Client, Connection, Submittable } from 'pg';

/** What a connection of `pg` has for COPY, which its types leave out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** COPY of one text, as `pg` submits a query. */
class CopyText implements Submittable {
  readonly done: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;

  constructor(
    private readonly copy: string,
    private readonly rows: string,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit = (connection: Connection): void => connection.query(this.copy);

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.rows));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // The answer that counts is the one after it.
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleError(error: unknown): void {
    this.reject(error);
  }
}

/** Writes rows, as text that Postgres reads, by a statement `COPY … FROM STDIN`. */
export function copyRows(client: Client, copy: string, rows: string): Promise<void> {
  return client.query(new CopyText(copy, rows)).done;
}
