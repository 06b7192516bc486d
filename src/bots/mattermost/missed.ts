import type { ServerChannel } from '@mattermost/types/channels';
import type { PostList } from '@mattermost/types/posts';
import type { MattermostApi } from './api.ts';
import type { Me } from './me.ts';
import type { HeardIn, HeardPost } from './posts.ts';

/** Lines of before an outage that was longer than this are not run any more: nobody waits for them, milliseconds. */
const mostMs = 10 * 60_000;
/** Without a post that was heard, so much of before the start is looked at, milliseconds. */
const startMs = 2 * 60_000;
const mostChannels = 50;
const mostPosts = 200;

/**
 * Hears what was posted while nobody listened, in the order of writing.
 * @param heardAt When the last post that was heard was written, by the server's clock; undefined: none was.
 */
export async function hearMissed(
  api: MattermostApi,
  me: Me,
  { heardAt, now = Date.now() }: { heardAt: number | undefined; now?: number },
  hear: (post: HeardPost, where: HeardIn) => Promise<void>,
): Promise<void> {
  const since = Math.max(heardAt ?? now - startMs, now - mostMs);
  const channels = await api.rest.call<ServerChannel[]>('GET', `/users/${me.id}/channels`);
  const busy = channels
    .filter(({ last_post_at: last }) => last > since)
    .sort((one, other) => other.last_post_at - one.last_post_at)
    .slice(0, mostChannels);
  const found: { post: HeardPost; where: HeardIn }[] = [];
  for (const { id, name, team_id: team } of busy) {
    const { posts } = await api.rest.call<PostList>('GET', `/channels/${id}/posts?since=${since}`);
    // The list has older posts too, that were edited or deleted since.
    const written = Object.values(posts).filter(({ create_at: at }) => at > since);
    found.push(...written.map((post) => ({ post, where: { name, team } })));
  }
  found.sort((one, other) => one.post.create_at - other.post.create_at);
  for (const { post, where } of found.slice(0, mostPosts)) await hear(post, where);
}
