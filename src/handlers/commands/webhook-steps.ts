import type { Deps } from '../../usecases/deps.ts';
import type { Repository } from '../../usecases/applications/repository.ts';
import type { Reply } from '../../replies/reply.ts';

interface Connection {
  title: string;
  /** `project/app` */
  name: string;
  repository: Repository;
  webhookSecret: string;
  data: Record<string, unknown>;
}

const steps: Record<Repository['provider'], string> = {
  github: 'Settings → Webhooks → Add webhook; content type application/json; just the push event.',
  gitlab: 'Settings → Webhooks; paste the secret as secret token (or signing token); push and tag push events.',
  bitbucket: 'Repository settings → Webhooks → Add webhook; trigger: repository push.',
  gitea: 'Settings → Webhooks → Add webhook → Gitea; content type application/json; push events.',
};

/** What to paste at the git host. The secret can be read only here. */
export function connectedReply({ config }: Pick<Deps, 'config'>, connection: Connection): Reply {
  const { title, name, repository, webhookSecret, data } = connection;
  const webhookUrl = `${config.publicUrl}/webhooks/${repository.provider}`;
  return {
    tone: 'success',
    private: true,
    title,
    text:
      `To deploy each push, add a webhook to \`${repository.path}\`: ${steps[repository.provider]}\n` +
      `The secret is not shown again; \`app connect ${name}\` makes a new one. Deploy now with \`deploy ${name}\`.`,
    code: `URL     ${webhookUrl}\nSecret  ${webhookSecret}`,
    data: { ...data, webhook: { url: webhookUrl, secret: webhookSecret } },
  };
}
