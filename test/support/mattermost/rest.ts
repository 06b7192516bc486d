import type { IncomingMessage } from 'node:http';
import type { Dialog } from '../../../src/bots/mattermost/dialog.ts';
import { AppError, channelFor, createPost, forbidden, type NewPost, patchPost, stripped } from './posting.ts';
import type { Answer } from './answer.ts';
import { openHook } from './hooks.ts';
import { accountOf } from './triggers.ts';
import { dialogProblems } from './validate.ts';
import { directChannel, type MattermostWorld, newId, type Post } from './world.ts';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  json: unknown;
  form: FormData | undefined;
}

type Handler = (asked: Asked, groups: string[]) => Answer;
type Route = [method: string, path: RegExp, handler: Handler];

const ok = (body: unknown, status = 200): Answer => ({ status, body });

/** Mattermost's REST API, as far as Shipmate uses it. @param posted Is told of posts. */
export function createRoutes(world: MattermostWorld, posted: (post: Post) => void) {
  const me = world.bot.id;
  const id = '([a-z0-9]{26}|me)';
  const own = (given: string) => (given === 'me' ? me : given);
  const found = <T>(thing: T | undefined, error: string): T => {
    if (thing === undefined) throw new AppError(404, error, 'Unable to find it.');
    return thing;
  };
  const routes: Route[] = [
    [
      'GET',
      /^\/config\/client$/,
      ({ query }) => {
        if (query.get('format') !== 'old')
          throw new AppError(400, 'api.config.client.old_format.app_error', 'Old format only.');
        return ok({ MaxPostSize: String(world.maxPostSize), AsymmetricSigningPublicKey: world.publicKey });
      },
    ],
    [
      'GET',
      new RegExp(`^/users/${id}$`),
      (_, [user = '']) => ok(found(world.users.get(own(user)), 'app.user.missing_account.const')),
    ],
    [
      'GET',
      /^\/users\/email\/(.+)$/,
      (_, [email]) =>
        ok(
          found(
            [...world.users.values()].find((user) => user.email === email),
            'app.user.missing_account.const',
          ),
        ),
    ],
    [
      'GET',
      new RegExp(`^/users/${id}/channels$`),
      (_, [user = '']) =>
        ok(
          [...world.channels.values()]
            .filter(({ members }) => members.has(own(user)))
            .map(({ members: _members, ...channel }) => channel),
        ),
    ],
    [
      'POST',
      /^\/channels\/direct$/,
      ({ json }) => {
        const [one = '', other = ''] = json as string[];
        const { members: _members, ...channel } = directChannel(world, one, other);
        return ok(channel, 201);
      },
    ],
    [
      'GET',
      new RegExp(`^/channels/${id}$`),
      (_, [channel = '']) => {
        const { members: _members, ...shown } = found(
          world.channels.get(channel),
          'app.channel.get.existing.app_error',
        );
        if (shown.type !== 'O') channelFor(world, me, channel);
        return ok(shown);
      },
    ],
    [
      'GET',
      new RegExp(`^/channels/${id}/members/${id}$`),
      (_, [channel = '', user = '']) => {
        if (!world.channels.get(channel)?.members.has(own(user)))
          throw new AppError(404, 'app.channel.get_member.missing.app_error', 'No channel member found.');
        return ok({ channel_id: channel, user_id: own(user) });
      },
    ],
    [
      'GET',
      new RegExp(`^/teams/${id}/channels/name/([a-z0-9._-]+)$`),
      (_, [team, name]) =>
        ok(
          found(
            [...world.channels.values()].find((one) => one.team_id === team && one.name === name && one.type === 'O'),
            'app.channel.get_by_name.missing.app_error',
          ),
        ),
    ],
    [
      'GET',
      new RegExp(`^/channels/${id}/posts$`),
      ({ query }, [channel = '']) => {
        channelFor(world, me, channel);
        const since = Number(query.get('since') ?? 0);
        return ok(
          listOf([...world.posts.values()].filter((post) => post.channel_id === channel && post.update_at > since)),
        );
      },
    ],
    [
      'POST',
      /^\/posts$/,
      ({ json }) => {
        const before = world.posts.size;
        const post = createPost(world, me, json as NewPost);
        if (world.posts.size > before) posted(post);
        return ok(stripped(post), 201);
      },
    ],
    [
      'POST',
      /^\/posts\/ephemeral$/,
      ({ json }) => {
        if (!world.botIsAdmin) throw forbidden();
        const { post, user_id: account } = json as { user_id: string; post: NewPost };
        const { channel_id: channel, message = '', props } = post;
        world.ephemerals.push({ id: newId(), account, channel, message, attachments: props?.attachments ?? [] });
        return ok(post, 201);
      },
    ],
    [
      'PUT',
      new RegExp(`^/posts/${id}/patch$`),
      ({ json }, [post = '']) => ok(stripped(patchPost(world, me, post, json as NewPost))),
    ],
    [
      'GET',
      new RegExp(`^/posts/${id}$`),
      (_, [post = '']) => {
        const shown = found(world.posts.get(post), 'app.post.get.app_error');
        if (shown.delete_at > 0) throw new AppError(404, 'app.post.get.app_error', 'Unable to get the post.');
        channelFor(world, me, shown.channel_id);
        return ok(stripped(shown));
      },
    ],
    [
      'GET',
      new RegExp(`^/posts/${id}/thread$`),
      (_, [root = '']) =>
        ok(listOf([...world.posts.values()].filter((post) => post.id === root || post.root_id === root))),
    ],
    [
      'POST',
      /^\/files$/,
      ({ form }) => {
        const given = form?.get('channel_id');
        const channel = typeof given === 'string' ? given : '';
        channelFor(world, me, channel);
        const infos = (form?.getAll('files') ?? []).flatMap((file) => {
          if (typeof file === 'string') return [];
          const info = { id: newId(), name: file.name, size: file.size };
          world.files.set(info.id, { ...info, channel });
          return [info];
        });
        return ok({ file_infos: infos, client_ids: [] }, 201);
      },
    ],
    [
      'POST',
      /^\/actions\/dialogs\/open$/,
      ({ json }) => {
        const { dialog, trigger_id: trigger, url } = json as { dialog: Dialog; trigger_id: string; url: string };
        const account = accountOf(world, trigger);
        if (account === undefined)
          throw new AppError(
            400,
            'interactive_message.decode_trigger_id.expired',
            'Trigger ID for interactive dialog is expired.',
          );
        // The server says that it is well, and clients show nothing.
        const problems = dialogProblems(dialog);
        if (problems.length === 0) world.dialogs.push({ account, url, dialog });
        else world.refused.push(`dialog: ${problems.join('; ')}`);
        return ok({ status: 'OK' });
      },
    ],
  ];

  return function answer(asked: Asked): Answer {
    const { headers, method, path } = asked;
    try {
      const hook = /^\/hooks\/commands\/([a-z0-9]+)$/.exec(path);
      if (hook) return openHook(world, hook[1] ?? '', asked.json, posted);
      // The official client shouts.
      if (headers.authorization?.replace(/^bearer /i, '') !== world.token)
        throw new AppError(
          401,
          'api.context.session_expired.app_error',
          'Invalid or expired session, please login again.',
        );
      for (const [of, pattern, handler] of routes) {
        const match = pattern.exec(path.replace(/^\/api\/v4/, ''));
        if (match && of === method) return handler(asked, match.slice(1));
      }
      throw new AppError(404, 'api.context.404.app_error', 'Sorry, we could not find the page.');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      world.refused.push(`${method} ${path}: ${error.message}`);
      return ok({ id: error.id, message: error.message, status_code: error.status, detailed_error: '' }, error.status);
    }
  };
}

function listOf(posts: Post[]) {
  return {
    order: posts.map(({ id }) => id),
    posts: Object.fromEntries(posts.map((post) => [post.id, stripped(post)])),
  };
}
