/** A load that cannot be run; its message is a whole sentence for the person who asked for it. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}
