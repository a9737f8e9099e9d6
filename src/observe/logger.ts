import { destination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { formatLogLine } from './format-log-line.ts';
import { redactFields } from './redact-fields.ts';

/** From the most to the least; `silent` is none. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `json`: one object a line, for machines. `text`: one readable line, for people. `auto`: text on a terminal. */
export const LOG_FORMATS = ['auto', 'json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Writes one line: `log.info({ port }, 'listening')`. Fields that are secret or personal are redacted by name. */
export type Log = (fields: object, message: string) => void;

/** What the parts of the service are handed to log with. */
export interface Logger {
  debug: Log;
  info: Log;
  warn: Log;
  error: Log;
  /** A logger that adds `fields` to every line. */
  child(fields: object): Logger;
}

export interface CreateLoggerOptions {
  readonly level: LogLevel;
  /** `auto` by default. */
  readonly format?: LogFormat;
  /** Takes whole lines; standard error by default. */
  readonly write?: (line: string) => void;
}

/** Makes the process's logger. Lines leave synchronously, so that none is lost when the process ends. */
export function createLogger(options: CreateLoggerOptions): Logger {
  const { format = 'auto', write = openStandardError() } = options;
  const isText = format === 'text' || (format === 'auto' && process.stderr.isTTY);
  const writeLine = isText ? (line: string) => write(formatLogLine(line)) : write;
  const settings = { level: options.level, base: null, timestamp: stdTimeFunctions.isoTime };
  return wrapPino(pino(settings, { write: writeLine }));
}

function openStandardError(): (line: string) => void {
  const output = destination({ fd: 2, sync: true });
  return (line) => void output.write(line);
}

function wrapPino(inner: PinoLogger): Logger {
  return {
    debug: wrapLevel(inner, 'debug', true),
    info: wrapLevel(inner, 'info', false),
    warn: wrapLevel(inner, 'warn', false),
    error: wrapLevel(inner, 'error', false),
    child: (fields) => wrapPino(inner.child(redactFields(fields, false))),
  };
}

function wrapLevel(inner: PinoLogger, level: 'debug' | 'info' | 'warn' | 'error', personal: boolean): Log {
  return (fields, message) => {
    if (inner.isLevelEnabled(level)) {
      inner[level](redactFields(fields, personal), message);
    }
  };
}
