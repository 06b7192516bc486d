import { webApi } from '@slack/bolt';
import { expect, it } from '@jest/globals';
import { createHealth } from '../../../src/bots/slack/health.ts';
import { neededScopes, scopeProblem, tokenProblem } from '../../../src/bots/slack/tokens.ts';
import { createLogger } from '../../../src/logger.ts';
import { readManifest } from '../../support/slack/manifest.ts';
import { until } from '../../support/until.ts';

function refusal(error: string, more: object = {}): unknown {
  return Object.assign(Object.create(webApi.WebAPIPlatformError.prototype), { data: { ok: false, error, ...more } });
}

it('knows the scopes of the manifest, of which one is optional', () => {
  expect(new Set(neededScopes)).toEqual(readManifest().scopes.difference(new Set(['users:read.email'])));
});

it.each([
  [
    refusal('missing_scope', { needed: 'connections:write', provided: '' }),
    'SLACK_APP_TOKEN lacks the scope connections:write. Make another token with it under https://api.slack.com/apps → Basic Information → App-Level Tokens.',
  ],
  [
    refusal('token_revoked'),
    'Slack refuses SLACK_APP_TOKEN (token_revoked). Copy it again from https://api.slack.com/apps → Basic Information → App-Level Tokens.',
  ],
  [refusal('internal_error'), undefined],
  [new Error('away'), undefined],
])('says what is wrong with a token', (error, sentence) => {
  expect(tokenProblem(error, 'SLACK_APP_TOKEN')).toBe(sentence);
});

it('names the scopes that a token lacks, in time for people to add them', async () => {
  let granted: string[] = neededScopes.filter((scope) => scope !== 'chat:write' && scope !== 'commands');
  const sentence =
    'SLACK_BOT_TOKEN lacks the scopes chat:write, commands. ' +
    'Add them under https://api.slack.com/apps → OAuth & Permissions → Scopes, then install the app again.';
  expect(scopeProblem(granted)).toBe(sentence);
  const health = createHealth(async () => scopeProblem(granted), createLogger('silent'));
  health.start();
  await until('the problem', () => health.problem());
  expect(health.problem()).toBe(sentence);
  await health.stop();
  granted = [...neededScopes, 'more'];
  expect(scopeProblem(granted)).toBeUndefined();
  expect(scopeProblem(undefined)).toBeUndefined();
});

it('says what is off without a scope that the rest does without', () => {
  const granted = neededScopes.filter((scope) => scope !== 'assistant:write' && scope !== 'links:write');
  expect(scopeProblem(granted)).toBe(
    'SLACK_BOT_TOKEN lacks the scopes assistant:write, links:write. ' +
      'Add them under https://api.slack.com/apps → OAuth & Permissions → Scopes, then install the app again. ' +
      'Until then there are no previews of links and no suggested prompts.',
  );
});
