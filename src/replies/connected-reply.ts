import { gitHosts } from '../git-hosts/registry.ts';
import type { CheckedBranch } from '../usecases/applications/check-branch.ts';
import type { Repository } from '../usecases/applications/repository.ts';
import type { WebhookOutcome } from '../usecases/connections/ensure-webhook.ts';
import { webhookUrl } from '../usecases/connections/webhook-place.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Reply } from './reply.ts';
import { isSetUp, webhookSentence } from './webhook-sentence.ts';

interface Connection {
  title: string;
  /** `project/app` */
  name: string;
  repository: Repository;
  /** Undefined on a plain git server, and when the one before stays. */
  webhookSecret: string | undefined;
  branch: CheckedBranch;
  /** How often the branch is polled. */
  poll: string | undefined;
  /** Another application, e.g. `shop/web`, whose webhook serves this one too. */
  neighbour: string | undefined;
  webhook: WebhookOutcome;
  /** What is left of the repository before; a sentence. */
  left?: string | undefined;
  data: Record<string, unknown>;
}

/** Whether pushes are told already, or what to paste at the git host: the secret can be read only here. */
export function connectedReply({ config }: Pick<Deps, 'config'>, connection: Connection): Reply {
  const { title, name, repository, webhookSecret, branch, data, left, webhook } = connection;
  const { provider, path } = repository;
  const doubts = [left, branch.doubt];
  if (!provider) return { tone: 'success', title, text: linesOf(...doubts, howToDeploy(connection)), data };
  const said = webhookSentence(webhook, { title: gitHosts[provider].title, path, branch: branch.branch });
  const next = `Deploy it with \`deploy ${name}\`.`;
  if (webhookSecret === undefined && webhook.kind !== 'app') {
    const kept = `\`${name}\` reports commit statuses with this token${isSetUp(webhook) ? '' : '; its webhook stays'}.`;
    return { tone: 'success', text: linesOf(kept, said), data };
  }
  if (webhookSecret === undefined || isSetUp(webhook)) {
    const made = { webhook: { url: webhookUrl(config, provider) } };
    return { tone: 'success', title, text: linesOf(...doubts, said, next), data: { ...data, ...made } };
  }
  const url = webhookUrl(config, provider);
  return {
    tone: 'success',
    private: true,
    title,
    text: linesOf(
      ...doubts,
      said,
      byHand(connection, gitHosts[provider].pages.webhookSteps),
      `The secret is not shown again; \`app connect ${name}\` makes a new one. ${next}`,
    ),
    code: `URL     ${url}\nSecret  ${webhookSecret}`,
    data: { ...data, webhook: { url, secret: webhookSecret } },
  };
}

function byHand({ branch: { branch }, neighbour, repository: { path } }: Connection, steps: string): string {
  if (neighbour === undefined) return `To deploy each push to \`${branch}\`, add a webhook to \`${path}\`: ${steps}`;
  return (
    `Each push to \`${branch}\` is deployed by the webhook that was added to \`${path}\` for ` +
    `\`${neighbour}\`: add no second one. If there is none yet: ${steps}`
  );
}

/** Without webhooks. */
function howToDeploy({ branch: { branch }, name, poll }: Connection): string {
  const next = `Deploy it with \`deploy ${name}\`.`;
  return poll === undefined
    ? `${next} To deploy each new commit of \`${branch}\`: \`app set ${name} poll=5m\`.`
    : `New commits of \`${branch}\` are deployed within ${poll}. ${next}`;
}

function linesOf(...lines: (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined).join('\n');
}
