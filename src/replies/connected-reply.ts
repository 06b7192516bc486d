import { gitHosts } from '../git-hosts/registry.ts';
import type { Deps } from '../usecases/deps.ts';
import type { CheckedBranch } from '../usecases/applications/check-branch.ts';
import type { Repository } from '../usecases/applications/repository.ts';
import type { Reply } from './reply.ts';

interface Connection {
  title: string;
  /** `project/app` */
  name: string;
  repository: Repository;
  webhookSecret: string;
  branch: CheckedBranch;
  data: Record<string, unknown>;
}

/** What to paste at the git host. The secret can be read only here. */
export function connectedReply({ config }: Pick<Deps, 'config'>, connection: Connection): Reply {
  const { title, name, repository, webhookSecret, branch, data } = connection;
  const webhookUrl = `${config.publicUrl}/webhooks/${repository.provider}`;
  return {
    tone: 'success',
    private: true,
    title,
    text:
      `${branch.doubt ? `${branch.doubt}\n` : ''}To deploy each push to \`${branch.branch}\`, add a webhook to \`${repository.path}\`: ${gitHosts[repository.provider].pages.webhookSteps}\n` +
      `The secret is not shown again; \`app connect ${name}\` makes a new one. Deploy now with \`deploy ${name}\`.`,
    code: `URL     ${webhookUrl}\nSecret  ${webhookSecret}`,
    data: { ...data, webhook: { url: webhookUrl, secret: webhookSecret } },
  };
}
