import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { lineWriter, type LogFormat } from '../src/log-format.ts';

/** What a logger of this format writes for one line. */
function written(
  format: LogFormat,
  level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
  fields: object,
  msg: string,
) {
  const lines: string[] = [];
  const logger = pino(
    { level: 'trace', base: { pid: 7, hostname: 'ship' }, hooks: { streamWrite: lineWriter(format) } },
    {
      write: (line: string) =>
        void lines.push(line.replaceAll(/"?time"?[:=]"?[\dTZ:.-]+"?/g, (time) => time.replace(/\d{4}.*Z|\d{13}/, 'T'))),
    },
  );
  logger[level](fields, msg);
  return lines.join('');
}

const fields = {
  path: '/a b',
  ms: 12,
  ok: true,
  none: null,
  list: [1, 'x'],
  why: { kind: 'odd', message: 'no "way"\nout' },
};

it.each<[LogFormat, string]>([
  [
    'json',
    String.raw`{"level":"warn","time":"T","pid":7,"hostname":"ship","path":"/a b","ms":12,"ok":true,"none":null,"list":[1,"x"],"why":{"kind":"odd","message":"no \"way\"\nout"},"msg":"it = so"}`,
  ],
  [
    'pino',
    String.raw`{"level":40,"time":T,"pid":7,"hostname":"ship","path":"/a b","ms":12,"ok":true,"none":null,"list":[1,"x"],"why":{"kind":"odd","message":"no \"way\"\nout"},"msg":"it = so"}`,
  ],
  [
    'logfmt',
    String.raw`time=T level=warn msg="it = so" pid=7 hostname=ship path="/a b" ms=12 ok=true none=null list="[1,\"x\"]" why.kind=odd why.message="no \"way\"\nout"`,
  ],
  [
    'journald',
    String.raw`<4>it = so path="/a b" ms=12 ok=true none=null list="[1,\"x\"]" why.kind=odd why.message="no \"way\"\nout"`,
  ],
])('a line as %s', (format, line) => {
  expect(written(format, 'warn', fields, 'it = so')).toBe(`${line}\n`);
});

it.each([
  ['fatal', 2],
  ['error', 3],
  ['warn', 4],
  ['info', 6],
  ['debug', 7],
  ['trace', 7],
] as const)('%s has the priority %d of syslog', (level, priority) => {
  expect(written('journald', level, {}, 'word')).toBe(`<${priority}>word\n`);
  expect(written('logfmt', level, {}, 'word')).toBe(`time=T level=${level} msg=word pid=7 hostname=ship\n`);
});

it.each<LogFormat>(['json', 'logfmt', 'journald', 'pino'])(
  'as %s, nothing breaks the line or obeys a terminal',
  (format) => {
    const hostile = 'a\u001b[2J\u0085b\u202ec\n<0>d=1 "e"';
    const line = written(format, 'info', { [hostile]: hostile, in: { [hostile]: [hostile] } }, hostile);
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(line.indexOf('\n')).toBe(line.length - 1);
  },
);
