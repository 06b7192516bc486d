import type { Config } from '../config.ts';
import { version } from '../version.ts';
import { places } from './places.ts';

export interface Installed {
  config: Config;
  /** Where Shipmate answers on this machine. */
  url: string;
  /** Undefined: it has its first user. */
  code: string | undefined;
  /** The commands that show its log, and that change variables. */
  log: string;
  change: string;
}

/** Where Shipmate answers on its own machine. */
export function addressOf({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  return `http://${everywhere ? '127.0.0.1' : host}:${port}`;
}

/** What a person does next. */
export function whereToGoOn({ config, url, code, log, change }: Installed): string[] {
  const at = url === 'http://127.0.0.1:8080' ? '' : `SHIPMATE_URL=${url} `;
  const hidden = ['127.0.0.1', 'localhost', '0.0.0.0'].includes(new URL(config.publicUrl).hostname);
  return [
    '',
    `Shipmate ${version} serves at ${config.publicUrl}.`,
    ...(code ? [`  ${at}shipmate link ${code}   makes you its first super_admin`] : []),
    '  shipmate help                        lists the commands, `shipmate console` takes one after the other',
    `Variables: ${places.environment}, or \`${change} NAME=value\`. Log: ${log}`,
    ...(hidden
      ? [
          'Git hosts and chat reach it once SHIPMATE_PUBLIC_URL is set, e.g. to https://ship.example.com: docs/operation.md.',
        ]
      : []),
  ];
}
