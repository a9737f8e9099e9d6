/** A request and its answer, as a file of `api/examples` holds it. */
export interface RecordedExample {
  readonly summary: string;
  readonly request: {
    readonly method: string;
    /** With its query. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** JSON, or the text of another type. */
    readonly body?: unknown;
  };
}
