import { describe, expect, it } from '@jest/globals';
import { renderReply } from '../../src/bots/console/render.ts';
import { groupCommands, nounOf } from '../../src/handlers/command-groups.ts';
import { helpOverview, helpTopic } from '../../src/handlers/command-help.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { readLine } from '../support/read-line.ts';

const printed = (topic?: string) => {
  const reply = topic === undefined ? helpOverview(commands) : helpTopic(commands, topic);
  return renderReply(reply, { color: false, width: 80 });
};

describe('the help', () => {
  it('has every command in one of five groups, in whole on 80 columns', () => {
    const groups = groupCommands(commands);
    expect(groups.map(({ title }) => title)).toEqual(['Deploy', 'Look', 'Set up', 'People', 'Housekeeping']);
    expect(groups.flatMap((group) => group.commands).length).toBe(commands.length);
    const text = printed().join('\n');
    for (const command of commands) {
      const verb = command.name.slice(nounOf(command).length + 1);
      expect(text).toMatch(verb === '' ? `\`${command.name}\`` : new RegExp(`\`${nounOf(command)}\`[^\`]* ${verb}\\b`));
    }
  });

  it('puts a command that belongs to no group last', () => {
    const [stranger] = commands.map((command) => ({ ...command, name: 'frobnicate' }));
    if (!stranger) throw new Error('there are no commands');
    expect(groupCommands([stranger])).toEqual([{ title: 'Others', commands: [stranger] }]);
  });

  it.each([undefined, ...new Set(commands.flatMap((command) => [command.name, nounOf(command)]))])(
    'cuts nothing of %s at 80 columns',
    (topic) => {
      const lines = printed(topic);
      const [examples = []] = commands.flatMap((command) => (command.name === topic ? [command.examples] : []));
      // Examples are typed, so they are not broken.
      const prose = lines.filter((line) => !examples.includes(line.trim()));
      expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(lines.join('\n')).not.toContain('…\n');
    },
  );
});

describe('words of other tools', () => {
  it.each([
    ['ps', 'status'],
    ['config shop/api', 'env list'],
    ['info shop/api', 'app show'],
    ['delete shop/api', 'app delete'],
    ['rm shop/api', 'app delete'],
    ['ls', 'app list'],
    ['up shop/api', 'deploy'],
    ['down shop/api', 'stop'],
    ['apps', 'app list'],
    ['projects', 'project list'],
    ['databases', 'db list'],
    ['database create shop/main', 'db create'],
    ['application', 'app'],
    ['list', 'app list'],
    ['undo shop/api', 'rollback'],
    ['domains', 'domain list'],
    ['env rm shop/api KEY', 'env unset'],
    ['domain rm shop.test', 'domain remove'],
    ['db rm shop/main', 'db delete'],
    ['db info shop/main', 'db show'],
    ['token rm ci', 'token revoke'],
    ['team add crew', 'team create'],
    ['app ls', 'app list'],
    ['app edit shop/api', 'app set'],
  ])('%s is answered with the right one', (line, command) => {
    expect(() => readLine(commands, line)).toThrow(`Did you mean \`${command}\`?`);
  });

  it('help knows them too', () => {
    expect(() => helpTopic(commands, 'ps')).toThrow('There is no command `ps`. Did you mean `help status`?');
  });
});
