import { Router } from 'express';
import { UnauthenticatedError } from '../../../errors.ts';
import { hostApps } from '../../../git-hosts/registry.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { appPaths } from '../../../usecases/host-apps/app-link.ts';
import { readAppForm, storeCreatedApp } from '../../../usecases/host-apps/create-app.ts';
import { originOf } from '../authenticate.ts';
import { sendPage } from './render.ts';

/** No code or state of a host is longer. */
const longest = 2_000;

/**
 * The two ends of the way to an app at the git host: a page whose form hands over the manifest, and the one that the host
 * leads back to with a code.
 */
export function hostAppRoutes(deps: Deps): Router {
  const router = Router();
  router.get(appPaths.begin, async (request, response) => {
    const { action, manifest } = await readAppForm(deps, textOf(request.query['state']));
    const formTo = new URL(action).origin;
    sendPage(response, 'host-app', { title: `Create a ${hostApps.title}`, action, formTo, manifest });
  });

  router.get(appPaths.created, async (request, response) => {
    const [code, state] = [textOf(request.query['code']), textOf(request.query['state'])];
    const app = await storeCreatedApp(deps, { code, state, origin: originOf(request, undefined) });
    sendPage(response, 'host-app', { title: `The ${hostApps.title} is created`, app });
  });
  return router;
}

function textOf(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= longest) return value;
  throw new UnauthenticatedError(`The address is incomplete. Run \`${hostApps.command} create\` for a new link.`);
}
