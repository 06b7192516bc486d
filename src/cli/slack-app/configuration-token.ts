import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { ManifestApi } from '../../bots/slack/manifest-api.ts';

/** What opens the manifest API: a token that lives for twelve hours, and one that is exchanged once for the next pair. */
export interface ConfigurationTokens {
  token: string | undefined;
  refresh: string | undefined;
}

const Kept = z.object({ token: z.string().optional(), refresh_token: z.string().min(1) });

/** Slack calls both `xoxe`; the one that acts goes on with `.xoxp-`. */
export function tokensOf(given: string): ConfigurationTokens {
  const text = given.trim();
  if (/^xoxe\.xoxp-\S+$/.test(text)) return { token: text, refresh: undefined };
  if (/^xoxe-\S+$/.test(text)) return { token: undefined, refresh: text };
  throw new UserError(
    'That is no configuration token: it begins with `xoxe.xoxp-` (or `xoxe-` for the refresh token). Generate one at ' +
      'https://api.slack.com/apps under “Your App Configuration Tokens”.',
  );
}

/** @throws {UserError} when the file is none that this program wrote, or others may read it. */
export async function readTokens(path: string): Promise<ConfigurationTokens | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UserError(`${path} cannot be read (${error.code ?? error.message}).`);
  });
  if (text === undefined) return undefined;
  const kept = Kept.safeParse(parsed(text));
  if (!kept.success) throw new UserError(`${path} has no configuration tokens. Delete it, and give one again.`);
  return { token: kept.data.token, refresh: kept.data.refresh_token };
}

/** Replaced as a whole, and for its owner alone, so that a crash leaves the old pair or the new one. */
async function keepTokens(path: string, { refresh, token }: ConfigurationTokens): Promise<void> {
  const beside = `${path}.new`;
  await writeFile(beside, `${JSON.stringify({ token, refresh_token: refresh }, null, 2)}\n`, { mode: 0o600 });
  await chmod(beside, 0o600);
  await rename(beside, path);
}

/**
 * A refresh token works once, so that what it was exchanged for is kept before anything else is done.
 * @param path Where; undefined: nowhere, and then the person makes another token next time.
 */
export async function rotated(
  api: ManifestApi,
  refresh: string,
  path: string | undefined,
): Promise<ConfigurationTokens & { token: string }> {
  const next = await api.rotate(refresh);
  if (path !== undefined) await keepTokens(path, next);
  return next;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
