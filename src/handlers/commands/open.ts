import { createSignInLink } from '../../usecases/people/browser-session.ts';
import { readHistory } from '../../usecases/deployments/read-deployments.ts';
import { defineCommand } from '../command.ts';
import { optional, text } from '../options.ts';

export const open = defineCommand({
  name: 'open',
  summary: 'Open Shipmate in your browser, signed in; with an application, on its newest deployment',
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
      text: 'This link signs your browser in as you. It works once, within 10 minutes. Do not share it.',
      link: { label: 'Open Shipmate', url },
      data: { url },
    };
  },
});
