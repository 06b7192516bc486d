import { webApi } from '@slack/bolt';
import { UnavailableError, UserError } from '../../errors.ts';
import { oneLine } from '../../harmless-text.ts';
import { clientOptionsOf } from './web-client.ts';

/** An app that was made. */
export interface MadeApp {
  id: string;
}

/** Slack's App Manifest API. Each call throws a {UserError} with Slack's reasons when it refuses. */
export interface ManifestApi {
  /** Exchanges a refresh token for the next pair; it works once. */
  rotate(refresh: string): Promise<{ token: string; refresh: string }>;
  /** @param app Its id, where it exists. @throws {UserError} with each mistake and its place. */
  validate(token: string, manifest: object, app?: string): Promise<void>;
  create(token: string, manifest: object): Promise<MadeApp>;
  export(token: string, app: string): Promise<object>;
  /** @returns whether it has other scopes than before, so that it has to be installed again. */
  update(token: string, app: string, manifest: object): Promise<boolean>;
  /** The scopes of a bot's token; undefined when Slack does not say. */
  scopesOf(token: string): Promise<readonly string[] | undefined>;
}

/** Slack's, that no other call gives. */
const expired = new Set(['token_expired', 'invalid_auth', 'token_revoked']);
const mostMistakes = 10;

/** Slack does not take the token (any more). */
export class TokenRefusedError extends UserError {
  override name = 'TokenRefusedError';
}

export function createManifestApi(apiUrl: string | undefined): ManifestApi {
  const client = new webApi.WebClient(undefined, clientOptionsOf({ apiUrl }));
  const { manifest: manifests } = client.apps;
  // The types of the library lack what Slack takes since, such as `rich_previews`.
  const asManifest = (manifest: object) => manifest as webApi.AppsManifestCreateArguments['manifest'];

  return {
    rotate: (refresh) =>
      called(async () => {
        const { refresh_token: next, token } = await client.tooling.tokens.rotate({ refresh_token: refresh });
        if (!token || !next) throw new UserError('Slack gave no tokens for the refresh token.');
        return { token, refresh: next };
      }),
    validate: (token, manifest, app) =>
      called(async () => {
        await manifests.validate({ token, manifest: asManifest(manifest), ...(app !== undefined && { app_id: app }) });
      }),
    create: (token, manifest) =>
      called(async () => {
        const { app_id: id } = await manifests.create({ token, manifest: asManifest(manifest) });
        if (!id) throw new UserError('Slack made an app and named no id: look for it at https://api.slack.com/apps.');
        return { id };
      }),
    export: (token, app) =>
      called(async () => {
        const { manifest } = await manifests.export({ token, app_id: app });
        if (!manifest) throw new UserError(`Slack gave no manifest of ${app}.`);
        return manifest;
      }),
    update: (token, app, manifest) =>
      called(async () => {
        const answer = await manifests.update({ token, app_id: app, manifest: asManifest(manifest) });
        return answer.permissions_updated === true;
      }),
    scopesOf: (token) =>
      called(async () => {
        const { response_metadata: told } = await client.auth.test({ token });
        return told?.scopes;
      }),
  };
}

/** Nothing that Slack says has a token in it, and nothing that we say has one either. */
async function called<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof webApi.WebAPIPlatformError) throw refusal(error.data);
    if (error instanceof webApi.WebAPIRateLimitedError)
      throw new UnavailableError(`Slack wants to be left alone for ${error.retryAfter} s. Try again then.`);
    throw new UnavailableError(
      `Slack does not answer: ${error instanceof Error ? oneLine(error.message) : 'no reason'}.`,
    );
  }
}

function refusal(data: webApi.WebAPIPlatformError['data']): UserError {
  const { error: code, errors } = data as { error: string; errors?: unknown };
  if (expired.has(code)) return new TokenRefusedError(`Slack refuses the token (${code}).`);
  const mistakes = Array.isArray(errors) ? errors.slice(0, mostMistakes).map(mistakeOf) : [];
  const list = mistakes.map((one) => `\n- ${one}`).join('');
  return new UserError(`Slack refuses this: ${oneLine(code).replaceAll('_', ' ')}.${list}`);
}

function mistakeOf(mistake: unknown): string {
  const { message, pointer } = (typeof mistake === 'object' && mistake !== null ? mistake : {}) as Record<
    string,
    unknown
  >;
  const where = typeof pointer === 'string' && pointer !== '' ? `${oneLine(pointer)}: ` : '';
  return `${where}${typeof message === 'string' ? oneLine(message) : 'no reason given'}`;
}
