import { executeSql } from '../../database/database.ts';
import type { Platform } from '../../entities/chat-message.ts';
import type { Deployment } from '../../entities/deployment.ts';
import { type MentionLevel, mentionLevels } from '../../entities/notification-route.ts';
import type { Deps } from '../deps.ts';

/** Addresses of git hosts, which belong to nobody that could be mentioned. */
const noreply = /(^|[.+_-])(no-?reply|donotreply)([.+_-]|@)|@(.*\.)?(noreply|users\.noreply)\./i;

interface Where {
  platform: Platform;
  /** As in `chat_messages`. */
  channel: string;
}

/** Whom the end of a deployment concerns on a platform. */
export interface Concerned {
  /** Accounts to mention: of who asked, then of the author. */
  accounts: string[];
  /** The author's address, if no linked user has it and they are to be mentioned: the platform may know it. */
  unknownEmail: string | undefined;
}

/** Who asked for a deployment and who wrote its commit, as far as the routes of the channel want them mentioned. */
export async function whomToMention(
  { database }: Pick<Deps, 'database'>,
  { application, metadata, triggeredBy }: Pick<Deployment, 'application' | 'metadata' | 'triggeredBy'>,
  where: Where,
): Promise<Concerned> {
  const level = await mentionLevelOf({ database }, { application: application.id }, where);
  if (level === 'nobody') return { accounts: [], unknownEmail: undefined };
  const email = level === 'people' ? metadata.commit_author_email?.trim() : undefined;
  const given = email === undefined || noreply.test(email) ? null : email;
  const { rows } = await executeSql<{ account: string; wrote: boolean }>(
    database.asSystem(),
    `select i.account, coalesce(lower(u.email) = lower($2), false) as wrote
     from users u cross join lateral (
       select account from chat_identities where user_id = u.id and platform = $3 order by created_at desc limit 1
     ) i
     where u.id = $1 or lower(u.email) = lower($2)
     order by u.id = $1 desc nulls last`,
    [triggeredBy?.id ?? null, given, where.platform],
  );
  const isKnown = given === null || rows.some(({ wrote }) => wrote);
  return { accounts: rows.map(({ account }) => account), unknownEmail: isKnown ? undefined : given };
}

/** What somebody is told about: an application, or something else of a project, by its name `project/name`. */
export type Subject = { application: string } | { project: string; name: string };

/** The quietest level of the routes about the subject in the channel; `people` where there is none. */
export async function mentionLevelOf(
  { database }: Pick<Deps, 'database'>,
  subject: Subject,
  { channel, platform }: Where,
): Promise<MentionLevel> {
  const place =
    'application' in subject ? { ...subject, project: null, name: null } : { ...subject, application: null };
  const { rows } = await executeSql<{ mentions: MentionLevel }>(
    database.asSystem(),
    `select r.mentions from notification_routes r
     left join applications a on a.id = $1 join projects p on p.id = coalesce(a.project_id, $4)
     where r.platform = $2 and r.channel = $3 and (r.project_id is null or r.project_id = p.id)
       and coalesce($5, p.name || '/' || a.name) like replace(r.pattern, '*', '%')`,
    [place.application, platform, channel.split('/')[0] ?? channel, place.project, place.name],
  );
  const chosen = rows.map(({ mentions }) => mentionLevels.indexOf(mentions));
  return mentionLevels[Math.max(0, ...chosen)] ?? 'people';
}
