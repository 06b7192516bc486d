import { bitbucket } from './bitbucket.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { WebhookProvider } from './provider.ts';

export const webhookProviders: readonly WebhookProvider[] = [github, gitlab, bitbucket, gitea];
