/** Why a file cannot be read, in a clause that names it. */
export function describeFileFailure(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return `there is no file ${path}`;
    case 'EACCES':
    case 'EPERM':
      return `this user may not read the file ${path}`;
    case 'EISDIR':
      return `${path} is a folder`;
    default:
      return `the file ${path} cannot be read: ${message ?? String(error)}`;
  }
}
