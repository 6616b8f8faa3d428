/** The log of a service: a JSON object a line, for journald and whoever reads it by program. Nothing secret is ever given to it. */

/** From the gravest to the least. */
export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What happened, by a name that programs know, and what belongs to it. */
export type Log = (level: LogLevel, event: string, facts?: Readonly<Record<string, string | number | boolean>>) => void;

/**
 * @param least what is less grave is left out
 * @param write takes a whole line; what it can't write is lost, and the service goes on
 * @param now wall-clock time, for the reader only
 */
export function jsonLog(least: LogLevel, write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (level, event, facts = {}) => {
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(least)) return;
    write(`${JSON.stringify({ time: now().toISOString(), level, event, ...facts })}\n`);
  };
}
