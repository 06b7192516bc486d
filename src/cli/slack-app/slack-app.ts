import { appManifest } from '../../bots/slack/app-manifest.ts';
import { createManifestApi, type ManifestApi, TokenRefusedError } from '../../bots/slack/manifest-api.ts';
import { mergedManifest, requestUrlOf } from '../../bots/slack/merged-manifest.ts';
import { scopes } from '../../bots/slack/scopes.ts';
import { UserError } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ConfigurationTokens, readTokens, rotated, tokensOf } from './configuration-token.ts';
import { readOptions, type SlackAppOptions } from './options.ts';

export interface Surroundings {
  env: NodeJS.ProcessEnv;
  print(line: string): void;
  /** Asks for a secret without echo. */
  ask(prompt: string): Promise<string>;
}

const apps = 'https://api.slack.com/apps';

/** `shipmate slack app create|update|check`, which needs no running Shipmate. @returns the exit code. */
export async function slackApp(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env, print } = surroundings;
  const options = readOptions(words, env);
  const api = createManifestApi(env['SLACK_API_URL']?.trim() || undefined);
  if (options.verb === 'check') return check(api, surroundings);
  if (options.dryRun) print(JSON.stringify(appManifest(options), null, 2));
  else if (options.verb === 'create')
    await withToken(api, options, surroundings, (token) => create(api, token, options, print));
  else await withToken(api, options, surroundings, (token) => update(api, token, options, print));
  return exitCodes.ok;
}

async function create(
  api: ManifestApi,
  token: string,
  options: SlackAppOptions,
  print: Surroundings['print'],
): Promise<void> {
  const manifest = appManifest(options);
  await api.validate(token, manifest);
  const { id } = await api.create(token, manifest);
  const second =
    options.requestUrl === undefined
      ? `2. ${apps}/${id}/general → App-Level Tokens: generate one with the scope \`connections:write\`.\n   It begins with xapp- and is SLACK_APP_TOKEN.`
      : `2. ${apps}/${id}/general → Signing Secret is SLACK_SIGNING_SECRET.`;
  print(`The Slack app ${id} is made. Next:

1. Install it: ${apps}/${id}/install-on-team
   The bot token that it shows begins with xoxb- and is SLACK_BOT_TOKEN.
${second}
3. Start Shipmate with both; its first start prints a code for \`/ship link\`.
4. \`shipmate slack app check\` says whether the token has every scope.`);
}

/** What people changed about the app stays. */
async function update(
  api: ManifestApi,
  token: string,
  options: SlackAppOptions,
  print: Surroundings['print'],
): Promise<void> {
  const { app } = options;
  const theirs = await api.export(token, app);
  const requestUrl = options.requestUrl ?? requestUrlOf(theirs);
  const manifest = mergedManifest(theirs, appManifest({ ...options, requestUrl }));
  await api.validate(token, manifest, app);
  const reinstall = await api.update(token, app, manifest);
  print(
    reinstall
      ? `The Slack app ${app} is up to date. It asks for other scopes than before: install it again at ${apps}/${app}/install-on-team.`
      : `The Slack app ${app} is up to date.`,
  );
}

/** A token lives for twelve hours; where its file has a refresh token too, it is exchanged once the old one is refused. */
async function withToken(
  api: ManifestApi,
  { tokens: path }: SlackAppOptions,
  { ask, env, print }: Surroundings,
  run: (token: string) => Promise<void>,
): Promise<void> {
  const kept = path === undefined ? undefined : await readTokens(path);
  const given = kept ?? tokensOf(env['SLACK_CONFIG_TOKEN']?.trim() || (await ask('Slack configuration token')));
  try {
    await run(given.token ?? (await exchanged(given)));
  } catch (error) {
    if (!(error instanceof TokenRefusedError)) throw error;
    if (given.token === undefined || given.refresh === undefined)
      throw new UserError(
        `${error.message} Generate another at ${apps} under “Your App Configuration Tokens”; a token lives for twelve hours.`,
      );
    await run(await exchanged(given));
  }

  async function exchanged({ refresh = '' }: ConfigurationTokens): Promise<string> {
    const { token } = await rotated(api, refresh, path);
    print(
      path === undefined
        ? `The refresh token is used up: next time generate another, or let \`--tokens <file>\` keep the next pair.`
        : `The next pair of tokens is in ${path}.`,
    );
    return token;
  }
}

/** What the bot's token lacks, and what for. */
async function check(api: ManifestApi, { ask, env, print }: Surroundings): Promise<number> {
  const token = env['SLACK_BOT_TOKEN']?.trim() || (await ask('SLACK_BOT_TOKEN'));
  const granted = await api.scopesOf(token);
  if (!granted) throw new UserError('Slack does not say which scopes the token has.');
  const missing = scopes.filter(({ name }) => !granted.includes(name));
  if (missing.length === 0) print('The token has every scope.');
  for (const { name, optional, why, without } of missing) {
    const off = without === undefined ? 'Shipmate needs it' : `without it there are no ${without}`;
    print(`${optional ? 'optional' : 'missing'}: ${name} (${why}); ${off}.`);
  }
  if (missing.every(({ optional }) => optional)) return exitCodes.ok;
  print('`shipmate slack app update <app id>` adds them; then install the app again.');
  return exitCodes.failed;
}
