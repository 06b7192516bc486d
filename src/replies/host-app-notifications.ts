import type { Fact } from '../entities/notification-facts.ts';
import { hostApps } from '../git-hosts/registry.ts';
import { allOf } from '../word-lists.ts';
import type { Action, Reply } from './reply.ts';

type Reach = Fact<'app-reach'>;
type Installed = Fact<'app-installation'>;

const { command, title } = hostApps;

const mendings: Partial<Record<Reach['change'], string>> = {
  suspended: 'unsuspend it',
  left: 'add it',
  uninstalled: 'install it',
};

/** What the change of an installation means for one application, and the next command. */
export function appReach(fact: Reach): Reply {
  const { account, app, application, change, missing, page, repository } = fact;
  const name = `the ${title} \`${app}\``;
  const cut =
    `Pushes to \`${repository}\` do not arrive and it cannot be cloned; what is live keeps running. ` +
    `Connect with a token (\`app connect ${application} --token\`), or ${mendings[change]}: ${page}`;
  const open = `Pushes deploy it from now on; \`diff ${application}\` shows what was pushed before.`;
  const rights = missing.length === 0 ? '' : ` ${missingText(fact)}`;
  const texts: Record<Reach['change'], string> = {
    suspended: `\`${account}\` suspended ${name}. ${cut}`,
    uninstalled: `\`${account}\` uninstalled ${name}. ${cut}`,
    left: `\`${repository}\` is not among the repositories that ${name} reaches. ${cut}`,
    reached: `The ${title} \`${app}\` reaches \`${repository}\`. ${open}${rights}`,
    unsuspended: `\`${account}\` unsuspended ${name}. ${open}${rights}`,
    granted: `\`${account}\` accepted the rights of ${name}. ${missing.length === 0 ? 'It has all that Shipmate uses.' : missingText(fact)}`,
  };
  return { ...headOf(fact), text: texts[change], actions: actionsOf(fact) };
}

function headOf({ application, change, missing }: Reach): Pick<Reply, 'title' | 'tone'> {
  if (mendings[change] !== undefined) {
    return { tone: 'warning', title: `${application} is cut off from its repository` };
  }
  const tone = missing.length === 0 ? 'success' : 'warning';
  return { tone, title: change === 'granted' ? `${application} has other rights` : `${application} is connected` };
}

function actionsOf({ application, change }: Reach): Action[] {
  const show = { label: 'Show', command: `app show ${application}` };
  if (change !== 'reached' && change !== 'unsuspended') return [show];
  return [{ label: 'What changes', command: `diff ${application}` }, show];
}

/** What concerns no application: where to begin. */
export function appInstallation(fact: Installed): Reply {
  const { account, app, change, count, missing, page } = fact;
  const name = `the ${title} \`${app}\``;
  const unused = 'No application uses it there.';
  const begin = `${repositoriesOf(fact)} Next: \`app create <project>/<name> --repo ${exampleOf(fact)}\`.`;
  const rights = missing.length === 0 ? '' : ` ${missingText(fact)}`;
  const texts: Record<Installed['change'], string> = {
    installed: `\`${account}\` installed ${name}. ${begin}${rights}`,
    added: `\`${account}\` added repositories to ${name}. ${begin}`,
    removed: `\`${account}\` removed ${count === 1 ? 'a repository' : `${count ?? 0} repositories`} from ${name}. No application uses ${count === 1 ? 'it' : 'them'}.`,
    suspended: `\`${account}\` suspended ${name}. ${unused} Unsuspend it: ${page}`,
    unsuspended: `\`${account}\` unsuspended ${name}. ${unused}`,
    uninstalled: `\`${account}\` uninstalled ${name}. ${unused} Install it: ${page}`,
    granted: `\`${account}\` accepted the rights of ${name}.${rights}`,
  };
  const lists = change === 'installed' || change === 'added';
  return {
    tone: 'info',
    title: `The ${title} of ${account}`,
    text: texts[change],
    actions: [
      lists
        ? { label: 'Repositories', command: `${command} repos` }
        : { label: 'Show', command: `${command} show ${app}` },
    ],
  };
}

export function appWebhook({ after, app, before }: Fact<'app-webhook'>): Reply {
  return {
    tone: 'info',
    title: `The webhook of ${app} has moved`,
    text: `It leads to ${after}, since \`SHIPMATE_PUBLIC_URL\` changed, and no longer to ${before}.`,
    actions: [{ label: 'Show', command: `${command} show ${app}` }],
  };
}

function repositoriesOf({ count, repositories }: Installed): string {
  if (count === null) return 'It reaches all repositories of the account.';
  if (count === 0) return 'It reaches no repository that is not connected.';
  if (count <= repositories.length) return `It reaches ${allOf(repositories)}.`;
  const names = repositories.map((name) => `\`${name}\``).join(', ');
  return `It reaches ${names} and ${count - repositories.length} more.`;
}

function exampleOf({ account, repositories: [first] }: Installed): string {
  return first ?? `${account}/<repository>`;
}

function missingText({ account, missing, page }: Pick<Reach, 'account' | 'missing' | 'page'>): string {
  return `\`${account}\` has not granted ${allOf(missing)}; what needs them does not work until it does: ${page}`;
}
