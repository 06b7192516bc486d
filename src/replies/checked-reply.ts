import { gitHosts } from '../git-hosts/registry.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import type { CheckedConnection } from '../usecases/connections/check-connection.ts';
import { webhookUrl } from '../usecases/connections/webhook-place.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Reply } from './reply.ts';
import { isSetUp, webhookSentence } from './webhook-sentence.ts';
import { formatTime } from '../units/times.ts';

/** How a repository is connected, and what was mended. */
export function checkedReply({ config }: Pick<Deps, 'config'>, checked: CheckedConnection): Reply {
  const { application, branch, keyMade, lastDelivery, source, webhook } = checked;
  const name = applicationName(application);
  const { pages, title } = gitHosts[source.provider];
  const where = { title, path: source.repository, branch: branch.branch };
  const byHand =
    `There is no token to look at the webhook with: \`app connect ${name} --status-token\` sets one. ` +
    `By hand: ${pages.webhookSteps} The URL is \`${webhookUrl(config, source.provider)}\`.`;
  const lines = [
    branch.doubt ?? `The branch \`${branch.branch}\` can be read.`,
    keyMade ? 'The deploy key was missing and has been recreated.' : undefined,
    webhookSentence(webhook, where) ?? byHand,
    lastDelivery === null
      ? 'No delivery has arrived so far.'
      : `The last delivery arrived at ${formatTime(lastDelivery)}.`,
  ];
  const isFine = branch.doubt === undefined && (isSetUp(webhook) || webhook.kind === 'by hand');
  return {
    tone: isFine ? 'success' : 'warning',
    title: `Connection of \`${name}\``,
    text: lines.filter((line) => line !== undefined).join('\n'),
    data: {
      application: name,
      branch: branch.branch,
      webhook: webhook.kind,
      ...('repaired' in webhook && { repaired: webhook.repaired }),
      ...('why' in webhook && { why: webhook.why }),
      deployKeyMade: keyMade,
      lastDelivery: lastDelivery?.toISOString() ?? null,
    },
  };
}
