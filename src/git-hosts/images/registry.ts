import type { ImageRegistry } from '../../entities/image-registry.ts';
import { distribution, gitlabRegistry } from './distribution.ts';
import { dockerHub } from './docker-hub.ts';
import { generic } from './generic.ts';
import { giteaPackages } from './gitea-packages.ts';
import { githubPackages } from './github-packages.ts';
import { harbor } from './harbor.ts';
import type { ImageWebhook } from './image-webhook.ts';

export const imageWebhooks: Readonly<Record<ImageRegistry, ImageWebhook>> = {
  'docker-hub': dockerHub,
  'github-packages': githubPackages,
  'gitlab-registry': gitlabRegistry,
  'gitea-packages': giteaPackages,
  harbor,
  distribution,
  generic,
};
