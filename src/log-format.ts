import { escapedJson } from './harmless-text.ts';

/** What a line of the log looks like; see docs/operation.md. */
export const logFormats = ['json', 'logfmt', 'journald', 'pino'] as const;
export type LogFormat = (typeof logFormats)[number];

/** pino's numbers by its names. */
const levels: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

/** Priorities of syslog, which journald reads from the beginning of a line. @see sd-daemon(3) */
const priorities: Record<number, number> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

interface Line {
  level: number;
  /** Milliseconds since 1970. */
  time: number;
  msg?: string;
  [key: string]: unknown;
}

const writers: Record<LogFormat, (json: string) => string> = {
  pino: escapedJson,
  json: asJson,
  logfmt: asLogfmt,
  journald: asJournald,
};

/** Turns a line of pino's into one of the format; none has a control of a terminal, as people read the log in one. */
export function lineWriter(format: LogFormat): (json: string) => string {
  return writers[format];
}

/** As Loki, Datadog and others find level and time by themselves. */
function asJson(json: string): string {
  const { level, time, ...rest } = JSON.parse(json) as Line;
  const line = { level: levels[level], time: new Date(time).toISOString(), ...rest };
  return `${escapedJson(JSON.stringify(line))}\n`;
}

/** @see https://brandur.org/logfmt */
function asLogfmt(json: string): string {
  const { level, msg, time, ...rest } = JSON.parse(json) as Line;
  return `${pairs({ time: new Date(time).toISOString(), level: levels[level], msg, ...rest })}\n`;
}

/** The journal knows time, process and host itself. */
function asJournald(json: string): string {
  const { hostname: _hostname, level, msg = '', pid: _pid, time: _time, ...rest } = JSON.parse(json) as Line;
  const text = JSON.stringify(msg)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"');
  return `<${priorities[level]}>${escapedJson([text, pairs(rest)].filter((part) => part !== '').join(' '))}\n`;
}

/** Fields of an object get its name before theirs, one level deep: `err.message="…"`. */
function pairs(fields: object): string {
  const flat = Object.entries(fields).flatMap(([key, value]): [string, unknown][] =>
    isFields(value) ? Object.entries(value).map(([inner, one]) => [`${key}.${inner}`, one]) : [[key, value]],
  );
  return flat
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key.replaceAll(/[\s="\p{C}]+/gu, '_')}=${valueOf(value)}`)
    .join(' ');
}

function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s="\\\p{C}]+$/u.test(text) ? text : escapedJson(JSON.stringify(text));
}
