import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { appManifestSchema } from './manifest-schema.ts';

/** What `slack-manifest.yaml` asks for; the workspace grants that and nothing else. */
export interface Manifest {
  scopes: Set<string>;
  events: Set<string>;
  /** Types of work objects that are shown. */
  entityTypes: Set<string>;
}

export function readManifest(): Manifest {
  return grantedBy(parse(readFileSync(new URL('../../../slack-manifest.yaml', import.meta.url), 'utf8')));
}

/** @throws {z.ZodError} when Slack would refuse it. */
export function grantedBy(manifest: unknown): Manifest {
  const { features, oauth_config: oauth, settings } = appManifestSchema.parse(manifest);
  return {
    scopes: new Set(oauth.scopes.bot),
    events: new Set(settings.event_subscriptions.bot_events),
    entityTypes: new Set(features.rich_previews?.entity_types),
  };
}
