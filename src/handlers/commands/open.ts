import { createSignInLink } from '../../usecases/people/browser-session.ts';
import { readHistory } from '../../usecases/deployments/read-deployments.ts';
import { defineCommand } from '../command.ts';
import { optional, text } from '../options.ts';

export const open = defineCommand({
  name: 'open',
  summary: 'Open Shipmate in your browser, signed in; with an application, at its newest deployment',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Application', 'application')) },
  examples: ['open', 'open shop/api'],
  async run({ deps, user }, { app }) {
    const newest =
      app === undefined ? undefined : (await readHistory(deps, user, { application: app, limit: 1 })).deployments[0];
    const url = await createSignInLink(deps, { user, to: newest ? `/deployments/${newest.id}` : '/' });
    return {
      tone: 'success',
      private: true,
      text: 'Within 10 minutes and once, this link signs your browser in as you. Give it to nobody.',
      link: { label: 'Open Shipmate', url },
      data: { url },
    };
  },
});
