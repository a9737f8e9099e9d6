/** A command that cannot do what it was asked; its message is a whole sentence for the person at the terminal. */
export class CliError extends Error {
  override readonly name = 'CliError';
  /** What the service called it, where it was the service that refused: a number of the management API, a word of the other. */
  readonly code: number | string | undefined;

  constructor(message: string, code?: number | string) {
    super(message);
    this.code = code;
  }
}
