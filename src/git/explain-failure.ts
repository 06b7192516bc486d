import { isLocal } from './check-arguments.ts';
import { fullDisk, saysFull } from '../host/full-disk.ts';
import { NotFoundError, UnavailableError, UserError } from '../errors.ts';

const credentialsRefused =
  /authentication failed|could not read (username|password)|invalid (username|credentials)|http basic: access denied|error: 403|permission denied \(/i;

/** Whether the remote wants other credentials than it got. */
export function asksForCredentials(output: string): boolean {
  return credentialsRefused.test(output);
}

/**
 * Whether another token may help: hosts also answer that there is no such repository, e.g. GitHub in the moments before all
 * of its servers know a token.
 */
export function wantsAnotherToken(output: string): boolean {
  return asksForCredentials(output) || missing.test(output);
}

const missing =
  /repository .*not found|does not appear to be a git repository|error: 404|project you were looking for|not found: did you run git/i;

const explanations: [RegExp, (host: string) => UserError][] = [
  [
    /invalid value for 'submodule\.|bad config .*\.gitmodules/i,
    () =>
      new UserError(
        'Git refuses the `.gitmodules` of the repository. Check it with `git submodule status`; `update = !command` is never run.',
      ),
  ],
  [
    /dumb http transport/i,
    (host) =>
      new UserError(
        `${host} serves the repository as plain files (git's dumb HTTP protocol), which cannot serve its history. ` +
          'Serve it with `git http-backend` or over ssh, and connect that address with `app connect`.',
      ),
  ],
  [
    /enabled or enforced SAML SSO/i,
    (host) =>
      new UserError(
        `${host} does not let this token in: the organization requires single sign-on. Whose token it is authorizes it in its ` +
          'settings there (“Configure SSO”).',
      ),
  ],
  [
    /error: 410/i,
    (host) =>
      new UserError(
        `${host} does not take this kind of credentials any more, such as app passwords. Make an API token or an ` +
          'access token there, and set it: `app connect <app> --token`.',
      ),
  ],
  [
    credentialsRefused,
    (host) =>
      new UserError(`${host} refused the credentials. Reconnect the repository with a token or key that may read it.`),
  ],
  [
    missing,
    (host) =>
      new NotFoundError(
        `${host} has no such repository, or Shipmate may not see it. Check its address, and connect a token if it is private.`,
      ),
  ],
  [
    /could not resolve host|connection (refused|timed out|reset)|failed to connect|no route to host|unable to access|connection closed|network is unreachable/i,
    (host) => new UnavailableError(`${host} does not answer. Try again when it is reachable from this host.`),
  ],
  [
    /host key verification failed|remote host identification has changed/i,
    (host) =>
      new UserError(
        `${host} presented a different ssh host key than before. If the change is expected, remove its line from \`git/known_hosts\` in the data folder.`,
      ),
  ],
];

/** A sentence for what git, which works in `folder`, wrote when it failed; undefined when it is nothing a person can mend. */
export function explain(url: string, output: string, folder: string): UserError | undefined {
  if (saysFull(output)) return fullDisk(folder);
  const elsewhere = redirectedTo(url, output);
  if (elsewhere !== undefined) {
    return new UserError(
      `${hostNameOf(url)} redirects to ${elsewhere}, which does not get the token. Connect the repository at the address ` +
        'where it is: `app connect <app> --repo <url> --token`.',
    );
  }
  const found = explanations.find(([pattern]) => pattern.test(output));
  return found?.[1](hostNameOf(url));
}

/** The other host that asked for a password; undefined when it was the remote itself. */
function redirectedTo(url: string, output: string): string | undefined {
  const [, asked = ''] = /could not read (?:username|password) for '([^']{1,500})'/i.exec(output) ?? [];
  if (!URL.canParse(asked) || !URL.canParse(url)) return undefined;
  const { origin } = new URL(asked);
  return origin === new URL(url).origin ? undefined : origin;
}

/** Host of an address, for sentences. */
export function hostNameOf(url: string): string {
  if (isLocal(url)) return 'This machine';
  const scp = /^[\w.-]+@([\w.-]+):/.exec(url);
  return scp?.[1] ?? (new URL(url).host || 'This machine');
}
