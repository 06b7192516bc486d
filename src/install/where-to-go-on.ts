import type { Config } from '../config.ts';
import { version } from '../version.ts';
import { places } from './places.ts';

export interface Installed {
  config: Config;
  /** How a person calls the command line here, e.g. `sudo shipmate`. */
  command: string;
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
export function whereToGoOn({ config, command, code, log, change }: Installed): string[] {
  const next: [string, string][] = [
    ...(code ? [[`${command} link ${code}`, 'makes you its first super_admin'] as [string, string]] : []),
    [`${command} console`, 'opens the console; `help` lists the commands'],
  ];
  const width = Math.max(...next.map(([line]) => line.length));
  const hidden = ['127.0.0.1', 'localhost', '0.0.0.0'].includes(new URL(config.publicUrl).hostname);
  return [
    '',
    `Shipmate ${version} is running at ${config.publicUrl}.`,
    '',
    ...next.map(([line, meaning]) => `  ${line.padEnd(width)}   ${meaning}`),
    '',
    `Variables: ${places.environment}; \`${change} NAME=value\` sets one.`,
    `Log: ${log}`,
    ...(hidden
      ? [
          'Git hosts and chat cannot reach it yet. Give it a public address, for instance:',
          `  ${change} SHIPMATE_PUBLIC_URL=https://ship.example.com`,
        ]
      : []),
  ];
}
