import { expect, it } from '@jest/globals';
import { tellRefusedTokens } from '../../src/bots/tell-refused-tokens.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { until } from '../support/until.ts';

it('says at the console what only the operator can mend, once for each reason', async () => {
  const said: Reply[] = [];
  let looks = 0;
  let why: string | undefined = 'is connecting';
  const slack = {
    platform: 'slack' as const,
    problem() {
      looks += 1;
      return why;
    },
  };
  const stop = tellRefusedTokens([slack], (reply) => void said.push(reply), 5);
  const looked = async () => {
    const before = looks;
    await until('more looks', () => looks >= before + 3);
  };
  await looked();
  expect(said).toEqual([]);
  why = 'cannot use Slack’s Web API: Slack refuses SLACK_BOT_TOKEN (invalid_auth).';
  await looked();
  const first = { tone: 'warning', title: 'Slack does not work', text: why };
  expect(said).toEqual([first]);
  why = 'SLACK_BOT_TOKEN lacks the scope chat:write.';
  await looked();
  expect(said).toEqual([first, { ...first, text: why }]);
  why = undefined;
  await looked();
  expect(said).toHaveLength(2);
  stop();
});
