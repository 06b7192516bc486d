import { parseArgs } from 'node:util';
import { UsageError } from '../../errors.ts';

export interface SlackAppOptions {
  verb: 'create' | 'update' | 'check';
  /** Of the app that is updated. */
  app: string;
  /** Host name of this Shipmate. */
  host: string;
  /** Where Slack sends its requests; undefined for Socket Mode. */
  requestUrl: string | undefined;
  name: string | undefined;
  /** The file with the configuration tokens. */
  tokens: string | undefined;
  dryRun: boolean;
}

export const usage = [
  'Usage: shipmate slack app create [--url https://ship.example.com] [--http] [--name <name>] [--tokens <file>] [--dry-run]',
  '       shipmate slack app update <app id> [the same]',
  '       shipmate slack app check',
].join('\n');

/** @throws {UsageError} */
export function readOptions(words: readonly string[], env: NodeJS.ProcessEnv): SlackAppOptions {
  const { positionals, values } = parsed(words);
  const [noun, verb, app = '', ...more] = positionals;
  if (noun !== 'app' || (verb !== 'create' && verb !== 'update' && verb !== 'check') || more.length > 0)
    throw new UsageError(usage);
  if (verb === 'update' ? !/^A[A-Z0-9]{2,30}$/.test(app) : app !== '')
    throw new UsageError(verb === 'update' ? `Name the app by its id, such as A0123ABCD.\n${usage}` : usage);
  const url = verb === 'check' ? undefined : publicUrl(values.url ?? env['SHIPMATE_PUBLIC_URL']?.trim());
  if (values.http && url?.protocol !== 'https:') throw new UsageError('Slack sends requests to https addresses only.');
  const events = url && `${url.href.replace(/\/$/, '')}/slack/events`;
  return {
    verb,
    app,
    host: url?.hostname ?? '',
    requestUrl: values.http ? events : undefined,
    name: values.name,
    tokens: values.tokens,
    dryRun: values['dry-run'] ?? false,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        http: { type: 'boolean' },
        name: { type: 'string' },
        tokens: { type: 'string' },
        'dry-run': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'Not understood'}\n${usage}`);
  }
}

function publicUrl(text: string | undefined): URL {
  if (!text)
    throw new UsageError(
      'Give the address of your Shipmate: `--url https://ship.example.com`, or SHIPMATE_PUBLIC_URL.',
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UsageError(`${JSON.stringify(text)} is no address such as https://ship.example.com.`);
  return url;
}
