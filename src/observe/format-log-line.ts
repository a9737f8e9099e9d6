const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};

/** Members of pino's lines that have a place of their own in ours, or that a person does not need. */
const PLACED = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);

/** Visible ASCII without `"` and `=`. Anything else is quoted: a control character would speak to the terminal. */
const PLAIN_WORD = /^[!#-<>-~]+$/;

/**
 * One of pino's JSON lines as a person reads it: `12:34:56 INFO  message name=value`, and an error's stack below.
 * A line that is no JSON object is returned as it is.
 */
export function formatLogLine(line: string): string {
  const entry = parseEntry(line);
  if (entry === undefined) {
    return line;
  }
  const time = typeof entry.time === 'string' ? entry.time.slice(11, 19) : '';
  const level = LEVEL_NAMES[Number(entry.level)] ?? String(entry.level);
  const fields = Object.entries(entry).filter(([name]) => !PLACED.has(name));
  const words = [time, level, String(entry.msg ?? ''), ...fields.map(formatField)];
  return `${words.filter((word) => word !== '').join(' ')}${formatError(entry.err)}\n`;
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function formatField([name, value]: [string, unknown]): string {
  if (typeof value === 'string') {
    return `${name}=${PLAIN_WORD.test(value) ? value : JSON.stringify(value)}`;
  }
  return `${name}=${JSON.stringify(value)}`;
}

function formatError(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return '';
  }
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  const text = typeof stack === 'string' ? stack : String(message);
  return `\n${text.replaceAll(/^/gm, '    ')}`;
}
