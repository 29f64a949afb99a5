/** A case of the corpus: something bad, how it is sent, and what must come of it. Read from test/fixtures/bad/cases. */
export interface Case {
  /** Kebab-case, unique. */
  readonly name: string;
  /** What is bad about it, in a few words. */
  readonly about: string;
  /** One request of its own, on a connection of its own. */
  readonly send?: Sending;
  /** Or a scripted conversation. */
  readonly talk?: readonly Step[];
  /** So many connections with the same conversation at once. Default 1. */
  readonly connections?: number;
  /** Texts that the JSON bodies and expectations of this case name as `$name`, for what is too long to be written. */
  readonly texts?: Readonly<Record<string, Text>>;
  /** What is answered on the connection: all of it, in order. */
  readonly expect: readonly ExpectedAnswer[];
  /** The answer of a source with keys, if it does not follow from the rule (see `answersWithKeys`). */
  readonly expectWithKeys?: readonly ExpectedAnswer[];
  /** Demands that the other side ends the connection, and when, in milliseconds from the start. */
  readonly closes?: { readonly afterMs: number; readonly withinMs: number };
  /** Its time is spent waiting: it is run beside others. */
  readonly slow?: boolean;
}

/** A text, written out or by a small description of it; `{n}` in a repeated one is the number of the repetition. */
export type Text = string | readonly TextPart[];
export type TextPart = string | { readonly repeat: string; readonly times: number; readonly joined?: string };

/** The bytes of a body. */
export type BodySpec =
  | { readonly json: unknown }
  | { readonly text: Text; readonly encoding?: 'utf8' | 'utf16le' }
  | { readonly hex: string }
  /** In test/fixtures/bad/bodies. */
  | { readonly file: string }
  | { readonly gzip: BodySpec };

export interface Sending {
  /** Default `callbacks`. */
  readonly at?: 'callbacks' | 'api';
  /** Default POST. */
  readonly method?: string;
  /** `{path}` is the path of the callbacks' address, and the default. */
  readonly path?: Text;
  /** Added to Host, Content-Type (application/json), Content-Length and Connection (close); null leaves one out. */
  readonly headers?: Readonly<Record<string, Text | null>>;
  /** Header fields written as they are, after the others. */
  readonly lines?: Text;
  readonly body?: BodySpec;
  /** In chunks of this many bytes, without a Content-Length. */
  readonly chunked?: number;
  /** Puts Timestamp and Sign in front: made with the key that the replay was given, or with another. */
  readonly signed?: { readonly expiresIn: number; readonly key?: string; readonly upperCase?: boolean };
}

export type Step =
  | { readonly request: Sending }
  /** Bytes as they are; `{path}` and `{host}` are filled in. */
  | { readonly say: Text }
  /** One byte at a time. */
  | { readonly drip: Text; readonly everyMs: number }
  /** Waits until this text was received. */
  | { readonly hear: string }
  /** Says no more, but listens. */
  | { readonly end: true }
  /** Goes away, and listens to nothing. */
  | { readonly reset: true };

export interface ExpectedAnswer {
  readonly status: number;
  /** Of a problem. */
  readonly code?: string;
  /** Header fields, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the answer's body. */
  readonly body?: Members;
  /**
   * Members of what GET /v1/notifications says. Looked for in any case: a 200 must be found by its receipt as derived, a
   * refusal of a body as rejected, with the digest and the size of what was sent. Null: no note is kept of it.
   */
  readonly found?: Members | null;
  /** Members of what GET /v1/tasks/{id} says. */
  readonly task?: ExpectedTask;
}

export type Members = Readonly<Record<string, unknown>>;

/** Asked for over the API, and its history too. */
export interface ExpectedTask extends Members {
  readonly task_id: string;
  /** How many of its subtasks are like this: each a list of members. */
  readonly subtasks?: readonly Members[];
  readonly subtaskCount?: number;
}
