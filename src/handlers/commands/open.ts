import type { User } from '../../entities/user.ts';
import type { Deps } from '../../usecases/deps.ts';
import { createSignInLink } from '../../usecases/people/browser-session.ts';
import { readHistory } from '../../usecases/deployments/read-deployments.ts';
import { defineCommand } from '../command.ts';
import { optional, text } from '../options.ts';

export const open = defineCommand({
  name: 'open',
  summary: 'Open Shipmate in your browser, signed in; with an application, on its newest deployment',
  role: 'viewer',
  peopleOnly: true,
  reads: true,
  answers: 'person',
  options: { app: optional(text('Application', 'application')) },
  examples: ['open', 'open shop/api'],
  async run({ deps, user }, { app }) {
    const url = await createSignInLink(deps, { user, to: app === undefined ? '/' : await pathOf(deps, user, app) });
    return {
      tone: 'success',
      private: true,
      text: 'This link signs your browser in as you. It works once, within 10 minutes. Do not share it.',
      link: { label: 'Open Shipmate', url },
      data: { url },
    };
  },
});

/** Of the newest deployment; before the first, of the application. */
async function pathOf(deps: Deps, user: User, name: string): Promise<string> {
  const { application, deployments } = await readHistory(deps, user, { application: name, limit: 1 });
  const [newest] = deployments;
  return newest ? `/deployments/${newest.id}` : `/applications/${application.id}`;
}
