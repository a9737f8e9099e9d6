/** A command that cannot do what it was asked; its message is a whole sentence for the person at the terminal. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
