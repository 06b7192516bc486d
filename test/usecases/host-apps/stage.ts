import { clientLibraries } from '../../../src/git-hosts/client-libraries.ts';
import type { GitRemote } from '../../../src/git/git.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { openStage } from '../../handlers/webhooks/stage.ts';
import { fakeGit } from '../../support/fakes.ts';
import { startAppHost } from '../../support/forge/app-host.ts';
import type { KeptApp } from '../../support/forge/app-host-types.ts';
import { makePerson } from '../../support/person.ts';
import { shaOf, signedDelivery, type SignedDelivery } from '../../support/webhooks.ts';

/** A Shipmate and a server of GitHub on loopback, whose apps it may be. */
export async function openAppStage(over: Partial<Deps> = {}) {
  const host = await startAppHost();
  /** What git was asked with. */
  const remotes: GitRemote[] = [];
  const fake = fakeGit({ main: shaOf('a') });
  const git: Deps['git'] = {
    ...fake,
    async findBranch(remote, branch, signal) {
      remotes.push(remote);
      return fake.findBranch(remote, branch, signal);
    },
  };
  const stage = await openStage({ git, gitHostApis: clientLibraries({ timeoutMs: 60_000 }), ...over });
  const root = await makePerson(stage.deps, 'super_admin');

  async function page(address: string): Promise<{ status: number; text: string }> {
    const { pathname, search } = new URL(address);
    const response = await fetch(`${stage.url}${pathname}${search}`, { headers: { accept: 'text/html' } });
    return { status: response.status, text: await response.text() };
  }

  /** The link of `github app create`. */
  async function link(more = ''): Promise<string> {
    const reply = await root.type(`github app create --host ${host.url}${more}`);
    if (!reply.link) throw new Error(reply.text);
    return reply.link.url;
  }

  /** All the way from the command to the stored app; returns where the host led the browser. */
  async function createApp(more = ''): Promise<{ app: KeptApp; led: URL }> {
    const { action, manifest } = formIn((await page(await link(more))).text);
    const led = await host.submit(action, manifest);
    const { status, text } = await page(led.href);
    if (status !== 200) throw new Error(text);
    const app = host.apps.at(-1);
    if (!app) throw new Error('there is no app');
    return { app, led };
  }

  async function close(): Promise<void> {
    await stage.close();
    await host[Symbol.asyncDispose]();
  }

  return { ...stage, host, root, remotes, page, link, createApp, close };
}

/** What a browser would post. */
export function formIn(html: string): { action: string; manifest: string } {
  const read = (pattern: RegExp) => (pattern.exec(html)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return { action: read(/<form method="post" action="([^"]+)"/), manifest: read(/name="manifest" value="([^"]+)"/) };
}

/** What the app's webhook sends. */
export function appDelivery(
  app: KeptApp,
  event: string,
  payload: object,
  { id, secret = app.webhookSecret }: { id?: string; secret?: string } = {},
): SignedDelivery {
  const headers = {
    'x-github-event': event,
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(app.id),
  };
  return signedDelivery('github', payload, secret, { ...(id !== undefined && { id }), headers });
}
