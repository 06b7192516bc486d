import { gitHosts } from '../git-hosts/registry.ts';
import type { CheckedBranch } from '../usecases/applications/check-branch.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Repository } from '../usecases/applications/repository.ts';
import type { Reply } from './reply.ts';

interface Connection {
  title: string;
  /** `project/app` */
  name: string;
  repository: Repository;
  /** Undefined on a plain git server. */
  webhookSecret: string | undefined;
  branch: CheckedBranch;
  /** How often the branch is polled. */
  poll: string | undefined;
  /** Another application, e.g. `shop/web`, whose webhook serves this one too. */
  neighbour: string | undefined;
  data: Record<string, unknown>;
}

/** What to paste at the git host. The secret can be read only here. */
export function connectedReply({ config }: Pick<Deps, 'config'>, connection: Connection): Reply {
  const { title, name, repository, webhookSecret, branch, neighbour, data } = connection;
  const doubt = branch.doubt === undefined ? '' : `${branch.doubt}\n`;
  if (!repository.provider || webhookSecret === undefined) {
    return { tone: 'success', title, text: `${doubt}${howToDeploy(connection)}`, data };
  }
  const steps = gitHosts[repository.provider].pages.webhookSteps;
  const toAdd =
    neighbour === undefined
      ? `To deploy each push to \`${branch.branch}\`, add a webhook to \`${repository.path}\`: ${steps}`
      : `Each push to \`${branch.branch}\` is deployed by the webhook that was added to \`${repository.path}\` for ` +
        `\`${neighbour}\`: add no second one. If there is none yet: ${steps}`;
  const webhookUrl = `${config.publicUrl}/webhooks/${repository.provider}`;
  return {
    tone: 'success',
    private: true,
    title,
    text:
      `${doubt}${toAdd}\n` +
      `The secret is not shown again; \`app connect ${name}\` makes a new one. Deploy now with \`deploy ${name}\`.`,
    code: `URL     ${webhookUrl}\nSecret  ${webhookSecret}`,
    data: { ...data, webhook: { url: webhookUrl, secret: webhookSecret } },
  };
}

/** Without webhooks. */
function howToDeploy({ branch: { branch }, name, poll }: Connection): string {
  const next = `Deploy it with \`deploy ${name}\`.`;
  return poll === undefined
    ? `${next} To deploy each new commit of \`${branch}\`: \`app set ${name} poll=5m\`.`
    : `New commits of \`${branch}\` are deployed within ${poll}. ${next}`;
}
