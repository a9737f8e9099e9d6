import { StoreError } from '../control/errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'ENOENT', 'EEXIST', 'ELOOP', 'ENAMETOOLONG']);

/** An error of the file system in the data folder as what it means for an operator; a bug as it is. */
export function toFolderError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (FULL.has(code)) {
    return new StoreError(
      'disk-full',
      `The disk that holds the data folder ${folder} is full (${code}), so it cannot be set up. Free some space.`,
      { cause: error },
    );
  }
  if (REFUSED.has(code)) {
    return new StoreError(
      'folder-not-writable',
      `The data folder ${folder} cannot be made or written (${code}), so there is nowhere to keep keys and ` +
        'revocations. Name a folder that the user who runs Taciturn may write, or give this one to that user.',
      { cause: error },
    );
  }
  return code === 'EIO'
    ? new StoreError('storage-failed', `The disk reported an error in the data folder ${folder}.`, { cause: error })
    : error;
}
