/** Ids of the image registries whose webhooks are taken; a check constraint lists them. */
export const imageRegistries = [
  'docker-hub',
  'github-packages',
  'gitlab-registry',
  'gitea-packages',
  'harbor',
  'distribution',
  'generic',
] as const;
export type ImageRegistry = (typeof imageRegistries)[number];
