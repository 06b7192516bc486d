import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where Debian keeps the authorities that it trusts. */
export const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** How this machine's npm is set, e.g. `registry`. */
export function npmSetting(name: string): string {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
}

/** For an npm elsewhere: the registry of this machine, whose authority it trusts. */
export function npmVariables(): Record<string, string> {
  return { npm_config_registry: npmSetting('registry'), npm_config_cafile: certificates };
}

/** Where this machine's npm is itself, whatever Node runs it. */
export function npmFolder(): string {
  const command = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  return dirname(dirname(realpathSync(command)));
}
