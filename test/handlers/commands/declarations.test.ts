import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { userRoles } from '../../../src/entities/user.ts';
import { commandDocs } from '../../../scripts/docs/commands.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { openApi } from '../../../src/handlers/http/openapi.ts';
import { inputSchema } from '../../../src/handlers/input-schema.ts';
import { positionals } from '../../../src/handlers/command-usage.ts';
import { readLine } from '../../support/read-line.ts';

describe('every command', () => {
  it.each(commands.map((command) => [command.name, command] as const))('%s is declared in full', (name, command) => {
    expect(name).toMatch(/^[a-z]+( [a-z]+){0,2}$/);
    expect(['anyone', ...userRoles]).toContain(command.role);
    expect(command.summary).toMatch(/^[A-Z].{5,99}$/);
    expect(command.summary).not.toMatch(/\.$/);
    for (const option of Object.values(command.options)) expect(option.summary.length).toBeGreaterThan(3);
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    '%s has its required options first, and nothing after one that takes the rest',
    (_name, command) => {
      const places = positionals(command).map(([, option]) => option);
      const firstOptional = places.findIndex((option) => !option.required);
      if (firstOptional !== -1) expect(places.slice(firstOptional).every((option) => !option.required)).toBe(true);
      expect(places.slice(0, -1).some((option) => option.rest || option.many)).toBe(false);
    },
  );

  it.each(commands.flatMap((command) => (command.examples ?? []).map((line) => [line, command.name] as const)))(
    'the example `%s` is understood',
    (line, name) => {
      expect(readLine(commands, line).command.name).toBe(name);
    },
  );

  it.each(commands.filter(({ reads }) => reads).map((command) => [command.name, command] as const))(
    '%s only reads, so it answers the person alone',
    (_name, command) => {
      expect(command.answers({})).toBe('person');
    },
  );

  it('whose answer may hold a secret answers the person alone', () => {
    const audiences = Object.fromEntries(
      commands.map(({ name, answers }) => [name, answers({ repo: 'a repository' })]),
    );
    expect(audiences).toMatchObject({
      'app connect': 'person',
      'app create': 'person',
      'db key': 'person',
      'db show': 'person',
      link: 'person',
      login: 'person',
      open: 'person',
      'token create': 'person',
    });
  });

  it('has a name of its own', () => {
    expect(new Set(commands.map((command) => command.name)).size).toBe(commands.length);
  });
});

describe('what is derived', () => {
  it('docs/commands.md is up to date (node scripts/generate-docs.ts)', async () => {
    const written = await readFile(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
    expect(written).toBe(commandDocs(commands));
  });

  it('the OpenAPI document has a route for each command', () => {
    const { paths, openapi } = openApi(commands, 'http://ship.example') as { paths: object; openapi: string };
    expect(openapi).toBe('3.1.0');
    for (const { name } of commands) expect(Object.keys(paths)).toContain(`/api/commands/${name.replaceAll(' ', '.')}`);
  });

  it('the JSON schema says what deploy takes', () => {
    const deploy = commands.find((command) => command.name === 'deploy');
    expect(deploy && inputSchema(deploy)).toMatchObject({
      properties: { app: { type: 'string' }, ref: { type: 'string' }, force: { type: 'boolean', default: false } },
      required: ['app'],
      additionalProperties: false,
    });
  });
});
