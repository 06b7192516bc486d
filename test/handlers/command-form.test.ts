import { describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { formOf, secretForm, wantsForm } from '../../src/handlers/command-form.ts';
import { readRequest } from '../../src/handlers/command-request.ts';

describe('a form', () => {
  it.each(commands.filter(({ form }) => form).map((command) => [command.name, command] as const))(
    'of `%s` asks for at most five of its options, and for those it cannot do without',
    (_name, { form = [], options }) => {
      expect(form.length).toBeLessThanOrEqual(5);
      expect(Object.keys(options)).toEqual(expect.arrayContaining([...form]));
    },
  );

  it('makes the line that a person would type', () => {
    const { line, secrets } = formOf(readRequest(commands, { line: 'app create' }))?.submit({
      app: 'shop/api',
      repo: 'https://example.com/a b.git',
      image: '',
      port: '3000',
      token: 's3cret',
    }) ?? { line: '', secrets: {} };
    expect(line).toBe('app create --repo "https://example.com/a b.git" --token --port 3000 shop/api');
    expect(secrets).toEqual({ token: 's3cret' });
  });

  it('is filled with what the line says already', () => {
    const form = formOf(readRequest(commands, { line: '/ship app create shop/api' }));
    expect(form?.fields[0]).toMatchObject({ name: 'app', value: 'shop/api' });
    expect(form?.submit({ image: 'redis:7' }).line).toBe('app create --image redis:7 shop/api');
  });

  it('opens for a bare command that needs more, and for no other line', () => {
    expect(wantsForm(readRequest(commands, { line: 'app create' }))).toBe(true);
    expect(wantsForm(readRequest(commands, { line: 'app create shop/api --image redis:7' }))).toBe(false);
    expect(wantsForm(readRequest(commands, { line: 'status' }))).toBe(false);
  });

  it('asks for the secrets of a line and for nothing else', () => {
    const form = secretForm('login ada --password', [{ name: 'password', summary: 'Your password' }]);
    expect(form.fields.map(({ name }) => name)).toEqual(['password']);
    expect(form.submit({ password: 'x' })).toEqual({ line: 'login ada --password', secrets: { password: 'x' } });
  });
});
