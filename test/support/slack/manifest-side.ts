import { appManifestSchema } from './manifest-schema.ts';
import { Refusal } from './refusal.ts';
import type { SlackWorld } from './world.ts';

type Arguments = Record<string, unknown>;

/** Slack's App Manifest API: https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests */
export function manifestSide(world: SlackWorld): Record<string, (args: Arguments) => Record<string, unknown>> {
  function taken(args: Arguments): unknown {
    const { error } = appManifestSchema.safeParse(args['manifest']);
    const mistakes = (error?.issues ?? []).map(({ message, path }) => ({ message, pointer: `/${path.join('/')}` }));
    if (mistakes.length > 0) throw new Refusal('invalid_manifest', [], mistakes);
    return args['manifest'];
  }

  function app(args: Arguments): string {
    const id = String(args['app_id']);
    if (!world.apps.has(id)) throw new Refusal('app_not_eligible');
    return id;
  }

  return {
    'tooling.tokens.rotate'(args) {
      const { refresh } = world.configuration;
      if (args['refresh_token'] !== refresh) throw new Refusal('invalid_refresh_token');
      const next = Number(refresh.split('-')[1]) + 1;
      world.configuration = { token: `xoxe.xoxp-${next}`, refresh: `xoxe-${next}` };
      return { token: world.configuration.token, refresh_token: world.configuration.refresh };
    },
    'apps.manifest.validate'(args) {
      taken(args);
      return {};
    },
    'apps.manifest.create'(args) {
      const id = `A${world.apps.size + 100}`;
      world.apps.set(id, taken(args));
      return { app_id: id, credentials: { client_secret: 'hidden-1', signing_secret: 'hidden-2' } };
    },
    'apps.manifest.export': (args) => ({ manifest: world.apps.get(app(args)) }),
    'apps.manifest.update'(args) {
      const id = app(args);
      const scopesOf = (manifest: unknown) => appManifestSchema.parse(manifest).oauth_config.scopes.bot;
      const before = scopesOf(world.apps.get(id));
      world.apps.set(id, taken(args));
      return { app_id: id, permissions_updated: scopesOf(args['manifest']).some((scope) => !before.includes(scope)) };
    },
  };
}
