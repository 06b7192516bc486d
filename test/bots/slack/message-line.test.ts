import { describe, expect, it } from '@jest/globals';
import { lineOfDirect, lineOfMention, lineOfText } from '../../../src/bots/slack/message-line.ts';

describe('a line', () => {
  it.each([
    ['deploy shop/api', 'deploy shop/api'],
    ['a &lt;b&gt; &amp;amp;', 'a <b> &amp;'],
    ['app create x --repo <https://github.com/a/b.git>', 'app create x --repo https://github.com/a/b.git'],
    ['domain add <http://shop.example|shop.example>', 'domain add shop.example'],
    ['user create ada <mailto:ada@example.com|ada@example.com>', 'user create ada ada@example.com'],
    ['notify add shop/* failed <#C123|deployments>', 'notify add shop/* failed <#C123>'],
    ['hello <@U123> <!channel>', 'hello @U123 @channel'],
  ])('%s is %s', (text, line) => {
    expect(lineOfText(text)).toBe(line);
  });

  it('of a mention follows the name', () => {
    expect(lineOfMention('<@UBOT>  deploy <@U2>')).toBe('deploy @U2');
    expect(lineOfMention('<@UBOT|ship>: whoami')).toBe('whoami');
    expect(lineOfMention('<@U2> <@UBOT> whoami', 'UBOT')).toBeUndefined();
    expect(lineOfMention('thanks <@UBOT>', 'UBOT')).toBeUndefined();
    expect([lineOfDirect('<@UBOT> whoami'), lineOfDirect('whoami')]).toEqual(['whoami', 'whoami']);
  });
});
