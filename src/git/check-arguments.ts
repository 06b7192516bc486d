import { UserError } from '../errors.ts';

const allowedProtocols = ['https:', 'http:', 'ssh:', 'git:', 'file:'];

/**
 * Refuses what git could take for an option, a helper to run, or a place to keep a password.
 * @throws {UserError}
 */
export function checkUrl(url: string): void {
  if (url === '' || url.startsWith('-') || url.includes('::') || /[\s\u0000-\u001f\u007f]/.test(url)) {
    throw new UserError(
      'The repository is not an address that Shipmate can clone from. Example: `https://github.com/acme/api.git`.',
    );
  }
  if (url.startsWith('/') || /^[\w.-]+@[\w.-]+:[^-]/.test(url)) return;
  if (!URL.canParse(url) || !allowedProtocols.includes(new URL(url).protocol)) {
    throw new UserError(
      'Shipmate clones over https, http, ssh, git or from a local path. Example: `git@github.com:acme/api.git`.',
    );
  }
  const { hostname, password, protocol, username } = new URL(url);
  if (/^-|\*/.test(hostname) || (protocol !== 'file:' && !URL.canParse(`https://${hostname}`)))
    throw new UserError('The repository address has no valid host. Example: `https://github.com/acme/api.git`.');
  if (password || (username && protocol !== 'ssh:')) {
    throw new UserError('The repository URL contains credentials. Remove them and connect with `--token`.');
  }
}

/** Whether the address is a folder of this machine. */
export function isLocal(url: string): boolean {
  return url.startsWith('/') || /^file:/i.test(url);
}

/**
 * A branch, tag or commit that git cannot take for anything else.
 * @see https://git-scm.com/docs/git-check-ref-format
 * @throws {UserError}
 */
export function checkRef(ref: string): void {
  const wrong =
    ref === '' ||
    ref.length > 255 ||
    /^[-/.]|[/.]$|\.\.|\/\/|@\{|\/\.|\.lock$|[\s~^:?*[\\\u0000-\u001f\u007f]/.test(ref) ||
    ref === '@';
  if (wrong)
    throw new UserError(
      `\`${printable(ref)}\` is not a valid branch, tag or commit. Example: \`main\`, \`v1.4.2\`, \`3f2c91a\`.`,
    );
}

/** @throws {UserError} unless it is a full commit id (SHA-1, like `deployments.commit_sha`). */
export function checkCommit(commit: string): void {
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new UserError(`\`${printable(commit)}\` is not a full commit id of 40 hexadecimal digits.`);
  }
}

function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f`]/g, '?').slice(0, 80);
}
