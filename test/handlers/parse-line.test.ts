import { describe, expect, it } from '@jest/globals';
import { defineCommand } from '../../src/handlers/command.ts';
import { decodeJson } from '../../src/handlers/decode-input.ts';
import { choice, flag, integer, many, named, optional, rest, secret, text } from '../../src/handlers/options.ts';
import { readRequest } from '../../src/handlers/command-request.ts';
import { usage } from '../../src/handlers/command-usage.ts';
import { readLine } from '../support/read-line.ts';

const run = () => Promise.reject(new Error('not run here'));
const help = defineCommand({
  name: 'help',
  summary: 'Help',
  role: 'anyone',
  answers: 'person',
  options: { command: optional(many(text('c'))) },
  run,
});
const deploy = defineCommand({
  name: 'deploy',
  summary: 'Deploy',
  role: 'developer',
  answers: 'person',
  options: { app: text('Application'), ref: optional(text('Ref')), force: flag('Force') },
  examples: ['deploy shop/api', 'deploy shop/api v1'],
  run,
});
const create = defineCommand({
  name: 'app create',
  summary: 'Create',
  role: 'admin',
  answers: 'person',
  options: {
    app: text('Application'),
    type: optional(named(choice('Type', ['git', 'docker']))),
    port: optional(named(integer('Port', { min: 1, max: 65_535 }))),
    buildArg: optional(many(named(text('Build argument')))),
    token: secret('Access token'),
  },
  run,
});
const lock = defineCommand({
  name: 'lock',
  summary: 'Lock',
  role: 'developer',
  answers: 'person',
  options: { app: text('Application'), loud: flag('Tell everybody'), reason: rest(text('Why')) },
  run,
});
const set = defineCommand({
  name: 'env set',
  summary: 'Set',
  role: 'developer',
  answers: 'person',
  options: { app: text('Application'), variables: many(text('KEY=VALUE')), secret: secret('Value') },
  run,
});
const restart = defineCommand({
  name: 'restart',
  summary: 'Restart',
  role: 'developer',
  answers: 'person',
  options: { app: text('Application', 'application') },
  run,
});
const commands = [help, deploy, create, lock, set, restart];

function decode(line: string, secrets?: Record<string, string>) {
  return readLine(commands, line, secrets);
}

describe('reading a line', () => {
  it.each([
    ['deploy api', 'deploy'],
    ['ship deploy api', 'deploy'],
    ['/ship deploy api', 'deploy'],
    ['shipmate deploy api', 'deploy'],
    ['`ship deploy api`', 'deploy'],
    ['```\ndeploy api\n```', 'deploy'],
    ['DEPLOY api', 'deploy'],
    ['App Create shop/api', 'app create'],
    ['', 'help'],
    ['/ship', 'help'],
    ['deploy --help', 'help'],
    ['deploy api -h', 'help'],
  ])('finds the command of %j', (line, expected) => {
    expect(readRequest(commands, { line }).command?.name).toBe(expected);
  });

  it.each([
    ['deploy --help', ['deploy']],
    ['deploy api v1 -h', ['deploy']],
    ['app create shop/api --help', ['app', 'create']],
    ['app --help', ['app']],
    ['--help', undefined],
  ])('knows what %j asks help about', (line, command) => {
    expect(readLine(commands, line).input).toEqual({ command });
  });

  it.each([
    ['deply api', 'There is no command `deply`. Did you mean `deploy`?'],
    ['frobnicate', 'There is no command `frobnicate`. `help` lists the commands.'],
    ['app', '`app` needs a verb: `app create`.'],
    ['app craete x', 'There is no command `app craete`. Did you mean `app create`?'],
    ['ap create x', 'There is no command `ap`. Did you mean `app create`?'],
    ['env frobnicate', 'There is no command `env frobnicate`. Available: `env set`.'],
    ['env add x', 'There is no command `env add`. Did you mean `env set`?'],
    ['app new x', 'There is no command `app new`. Did you mean `app create`?'],
    ['up api', 'There is no command `up`. Did you mean `deploy`?'],
    ['x'.repeat(190_000), `There is no command \`${'x'.repeat(100)}…\`. \`help\` lists the commands.`],
    ['env '.repeat(10_001), 'The line has more than 10000 words. Split it into several lines.'],
    [`deploy ${'x'.repeat(200_000)}`, 'The line has more than 200000 characters.'],
  ])('refuses %j', (line, message) => {
    expect(() => readLine(commands, line)).toThrow(message);
  });
});

describe('decoding a line', () => {
  it.each([
    ['deploy api', { app: 'api', ref: undefined, force: false }],
    ['deploy api v1 --force', { app: 'api', ref: 'v1', force: true }],
    ['deploy --force api v1', { app: 'api', ref: 'v1', force: true }],
    ['deploy --no-force api', { app: 'api', ref: undefined, force: false }],
    ['deploy api -- --upload-pack=x', { app: 'api', ref: '--upload-pack=x', force: false }],
    ['lock api it’s "broken"  again', { app: 'api', loud: false, reason: 'it’s "broken"  again' }],
    ['lock api --loud "one word"', { app: 'api', loud: true, reason: 'one word' }],
    ['env set api A=1 "B=two words"', { app: 'api', variables: ['A=1', 'B=two words'], secret: undefined }],
    [
      'app create shop/api --port=3000 --type GIT --build-arg A=1 --build-arg B=2',
      { app: 'shop/api', port: 3000, type: 'git', buildArg: ['A=1', 'B=2'], token: undefined },
    ],
  ])('reads %j', (line, input) => {
    expect(decode(line).input).toEqual(input);
  });

  it.each([
    ['deploy', '`deploy` needs `app`: Application.\nUsage: `deploy <app> [ref] [--force]`\nExample: `deploy shop/api`'],
    ['restart', /^`restart` needs `app`: Application\.\nUsage: `restart <app>`$/],
    ['deploy a b c', '`c` is an extra word.'],
    [`deploy a b ${'c'.repeat(9_000)}`, `\`${'c'.repeat(100)}…\` is an extra word.\nUsage: \`deploy`],
    [`deploy a --${'d'.repeat(9_000)}`, `\`deploy\` has no option \`--${'d'.repeat(98)}…\`.\nUsage: \`deploy`],
    [`restart ${'e'.repeat(301)}`, '`app` is longer than any name: more than 300 characters.\nUsage: `restart <app>`'],
    ['deploy api --forse', '`deploy` has no option `--forse`. Did you mean `--force`?'],
    ['deploy api --upload-pack=x', '`deploy` has no option `--upload-pack`.'],
    ['deploy api --force=yes', '`--force` takes no value.'],
    ['app create x --port', '`--port` needs a value.'],
    ['app create x --port 1 --port 2', '`--port` is given twice.'],
    ['app create x --port 0', 'port: `0` is not a whole number from 1 to 65535.'],
    ['app create x --port 1e3', 'port: `1e3` is not a whole number'],
    ['app create x --type gti', 'type: `gti` is not one of `git` or `docker`. Did you mean `git`?'],
    ['app create x --token=hunter2', 'Never type a secret on the line'],
  ])('refuses %j', (line, message) => {
    expect(() => decode(line)).toThrow(message);
  });

  it('asks for a secret that the line names, and takes it from beside the line', () => {
    expect(decode('env set api KEY --secret').missing).toEqual([{ name: 'secret', summary: 'Value' }]);
    const given = decode('env set api KEY --secret', { secret: 'hunter2' });
    expect(given.missing).toEqual([]);
    expect(given.input).toEqual({ app: 'api', variables: ['KEY'], secret: 'hunter2' });
  });

  it('never repeats what was written after a secret option', () => {
    expect(() => decode('app create x --token=hunter2')).toThrow(expect.not.stringContaining('hunter2'));
  });
});

describe('decodeJson', () => {
  it('takes the options by name', () => {
    expect(decodeJson(deploy, { app: 'api', force: true })).toEqual({ app: 'api', ref: undefined, force: true });
    expect(decodeJson(set, { app: 'api', variables: ['KEY'], secret: 'x' })).toEqual({
      app: 'api',
      variables: ['KEY'],
      secret: 'x',
    });
    expect(decodeJson(create, { app: 'a', port: 3000, type: null })).toMatchObject({ port: 3000, type: undefined });
  });

  it.each([
    [{}, '`deploy` needs `app`'],
    [{ app: 1n }, '`app` has to be a string.'],
    [{ app: ['x'] }, '`app` has to be a string.'],
    [{ app: 'x', force: 'true' }, '`force` has to be true or false.'],
    [{ app: 'x', ref: { a: 1 } }, '`ref` has to be a string.'],
    [{ app: 'x', froce: true }, '`deploy` has no option `froce`. Did you mean `force`?'],
    [{ app: 'x', constructor: 'y' }, '`deploy` has no option `constructor`.'],
    [{ app: 'x\0y' }, '`app` contains a NUL character.'],
  ])('refuses %p', (body, message) => {
    expect(() => decodeJson(deploy, body)).toThrow(message);
  });
});

describe('usage', () => {
  it.each([
    [deploy, 'deploy <app> [ref] [--force]'],
    [create, 'app create <app> [--type git|docker] [--port N] [--build-arg VALUE]... [--token]'],
    [lock, 'lock <app> [--loud] <reason>...'],
    [set, 'env set <app> <variables>... [--secret]'],
  ])('shows the grammar', (command, expected) => {
    expect(usage(command)).toBe(expected);
  });
});
