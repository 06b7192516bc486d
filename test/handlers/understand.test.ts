import { describe, expect, it } from '@jest/globals';
import { commands } from '../../src/handlers/commands/index.ts';
import { understand } from '../../src/handlers/understand.ts';

const applications = ['shop/api', 'shop/web', 'blog/web'];
const meant = (sentence: string) => understand(commands, sentence, applications);

describe('a question', () => {
  it.each([
    ['what is the status of shop/api?', 'status shop/api'],
    ['How is api doing?', 'status shop/api'],
    ['show me the logs of shop/web, please', 'logs shop/web'],
    ['list my databases', 'db list'],
    ['which domains do I have?', 'domain list'],
    ['what variables does shop/api have?', 'env list shop/api'],
    ['what changed in shop/api', 'diff shop/api'],
    ['who am I?', 'whoami'],
    ['tell me the status', 'status'],
  ])('that says word for word what a command shows is that command: %s', (sentence, line) => {
    expect(meant(sentence).exact?.line).toBe(line);
  });

  it.each([
    ['why did shop/api fail?', ['why shop/api']],
    ['what backups are there?', ['db backups']],
    ['when does my certificate expire?', ['cert list', 'cert show', 'cert renew']],
    ['how much memory does shop/api use?', ['metrics shop/api']],
  ])('that says more or less is answered with a question: %s', (sentence, lines) => {
    const { asks, exact, nearest } = meant(sentence);
    expect(exact).toBeUndefined();
    expect(asks).toBe(true);
    expect(nearest.map(({ line }) => line)).toEqual(lines);
  });

  it.each([
    ['can you deploy shop/api?', 'deploy shop/api'],
    ['please roll back shop/web', 'rollback shop/web'],
    ['could you stop api', 'stop shop/api'],
  ])('for a change is never the change itself: %s', (sentence, line) => {
    const { exact, nearest } = meant(sentence);
    expect(exact).toBeUndefined();
    expect(nearest[0]?.line).toBe(line);
  });

  it('is not every sentence with a word of ours, which is answered only where somebody speaks to us', () => {
    const { asks, exact, nearest } = meant('the build is broken lol');
    expect([asks, exact]).toEqual([false, undefined]);
    expect(nearest.map(({ line }) => line)).toEqual(['deploy', 'why']);
  });

  it('names an application without its project only where one is called so', () => {
    expect(meant('what is the status of web?').nearest.map(({ line }) => line)).toEqual(['status']);
  });

  it('that lacks what the command needs opens its form', () => {
    expect(meant('I want to create a new application').nearest[0]).toMatchObject({ line: 'app create', form: true });
  });

  it('means nothing that the person may not run', () => {
    const open = commands.filter(({ role }) => role === 'anyone');
    expect(understand(open, 'what is the status of shop/api?', []).nearest).toEqual([]);
  });
});

it.each(['good morning everyone', 'lunch is ready lol', 'thanks!', 'deploy', 'x '.repeat(1_000)])(
  'what is no question about a command means nothing: %s',
  (sentence) => {
    expect(meant(sentence)).toMatchObject({ asks: false, exact: undefined, nearest: [] });
  },
);
