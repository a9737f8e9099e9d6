/** Where a generated master secret is kept, apart from the database. */
export interface SecretFile {
  /** For messages. */
  readonly path: string;
  /** The file's text, or undefined when there is none. */
  read(): Promise<string | undefined>;
  /** Makes the file, readable by its owner alone, durable when the promise resolves. */
  write(text: string): Promise<void>;
}
