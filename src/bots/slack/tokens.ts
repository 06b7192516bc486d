import { webApi } from '@slack/bolt';
import { scopes } from './scopes.ts';

/** Where Slack shows the tokens of an app. */
const places = {
  SLACK_BOT_TOKEN: 'OAuth & Permissions → Bot User OAuth Token',
  SLACK_APP_TOKEN: 'Basic Information → App-Level Tokens',
} as const;

export type SlackToken = keyof typeof places;

/** What Slack answers where a token is no good. @see https://docs.slack.dev/reference/methods/auth.test, under “Errors” */
const refused = new Set([
  'account_inactive',
  'invalid_auth',
  'not_allowed_token_type',
  'not_authed',
  'token_expired',
  'token_revoked',
]);

/** Every scope of the manifest but the optional one. */
export const neededScopes: readonly string[] = scopes
  .filter(({ optional }) => !optional)
  .map(({ name }) => name)
  .toSorted();

/** Why Slack does not take a token, with what to do, and never its value; undefined for other errors. */
export function tokenProblem(error: unknown, token: SlackToken): string | undefined {
  if (!(error instanceof webApi.WebAPIPlatformError)) return undefined;
  const { error: code, needed } = error.data as { error: string; needed?: unknown };
  if (code === 'missing_scope') return lacks(token, typeof needed === 'string' ? needed.split(',') : []);
  if (!refused.has(code)) return undefined;
  return `Slack refuses ${token} (${code}). Copy it again from https://api.slack.com/apps → ${places[token]}.`;
}

/** What is missing of the scopes that Slack says the bot's token has; undefined when nothing is, or it does not say. */
export function scopeProblem(granted: readonly string[] | undefined): string | undefined {
  const missing = granted === undefined ? [] : neededScopes.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return undefined;
  const off = scopes.filter(({ name }) => missing.includes(name)).flatMap(({ without }) => without ?? []);
  const until = off.length === 0 ? '' : ` Until then there are no ${[...new Set(off)].join(' and no ')}.`;
  return `${lacks('SLACK_BOT_TOKEN', missing)}${until}`;
}

function lacks(token: SlackToken, scopes: readonly string[]): string {
  const which =
    scopes.length === 0 ? 'a scope' : `the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}`;
  const add =
    token === 'SLACK_BOT_TOKEN'
      ? 'Add it under https://api.slack.com/apps → OAuth & Permissions → Scopes, then install the app again.'
      : 'Make another token with it under https://api.slack.com/apps → Basic Information → App-Level Tokens.';
  return `${token} lacks ${which}. ${scopes.length > 1 ? add.replace(' it ', ' them ') : add}`;
}
