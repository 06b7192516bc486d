import { z } from 'zod';

/** Rights that an app can ask for, with the levels that each takes. */
const rights = {
  metadata: ['read'],
  contents: ['read', 'write'],
  pull_requests: ['read', 'write'],
  statuses: ['read', 'write'],
  checks: ['read', 'write'],
  deployments: ['read', 'write'],
};

/** The right that each event needs. */
const needs: Record<string, string> = { push: 'contents', pull_request: 'pull_requests', deployment: 'deployments' };

/** @see https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters */
export const Manifest = z
  .strictObject({
    name: z.string().min(1).max(34),
    url: z.url(),
    description: z.string().optional(),
    hook_attributes: z.strictObject({ url: z.url(), active: z.boolean().optional() }),
    redirect_url: z.url(),
    callback_urls: z.array(z.url()).max(10).optional(),
    setup_url: z.url().optional(),
    public: z.boolean().optional(),
    default_events: z.array(z.string()),
    default_permissions: z.record(z.string(), z.string()),
  })
  .superRefine(({ default_events: events, default_permissions: given }, context) => {
    for (const [name, level] of Object.entries(given)) {
      const levels = rights[name as keyof typeof rights] as string[] | undefined;
      if (!levels?.includes(level)) context.addIssue(`there is no right ${name}: ${level}`);
    }
    for (const event of events) {
      const need = needs[event];
      if (need === undefined || !(need in given)) context.addIssue(`the event ${event} is not supported`);
    }
  });
export type Manifest = z.infer<typeof Manifest>;
