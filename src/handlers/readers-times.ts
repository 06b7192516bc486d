import { chatPlatforms, isChat } from '../config-chat-platforms.ts';
import type { Platform } from '../entities/chat-message.ts';
import type { User } from '../entities/user.ts';
import type { Reply } from '../replies/reply.ts';
import { bareTimeIn, timesIn } from '../units/times.ts';
import type { Origin } from '../usecases/origin.ts';
import { timeZoneOf } from '../usecases/people/time-zone.ts';

const utcColumn = / \(UTC\)$/;

/** A reply to a person, with the times in their zone that their platform shows as they stand. */
export async function withReadersTimes(
  reply: Reply,
  { origin, user }: { origin: Origin; user: Pick<User, 'preferences'> | undefined },
): Promise<Reply> {
  const text = !showsTimes(origin.platform);
  if (!user || !hasTimes(reply, text)) return reply;
  const zone = await timeZoneOf(user, origin);
  return zone === 'UTC' ? reply : rewritten(reply, zone, text);
}

function hasTimes({ fields = [], table, text = '' }: Reply, inText: boolean): boolean {
  const cells = [...(table?.columns ?? []), ...(table?.rows.flat() ?? [])];
  const words = inText ? [text, ...fields.map(({ value }) => value)] : [];
  return [...cells, ...words].some((one) => one.includes('UTC'));
}

function rewritten(reply: Reply, zone: string, inText: boolean): Reply {
  const { fields, table, text } = reply;
  return {
    ...reply,
    ...(table && { table: tableIn(table, zone) }),
    ...(inText && text !== undefined && { text: timesIn(text, zone) }),
    ...(inText && fields && { fields: fields.map(({ name, value }) => ({ name, value: timesIn(value, zone) })) }),
  };
}

function tableIn(table: NonNullable<Reply['table']>, zone: string): NonNullable<Reply['table']> {
  const { columns, rows } = table;
  const bare = columns.map((column) => utcColumn.test(column));
  return {
    ...table,
    columns: columns.map((column) => column.replace(utcColumn, ` (${zone})`)),
    rows: rows.map((row) => row.map((cell, at) => (bare[at] ? bareTimeIn(cell, zone) : timesIn(cell, zone)))),
  };
}

/** Whether times in text are shown as each reader's. Nowhere are those in tables, which are preformatted. */
function showsTimes(platform: Platform): boolean {
  return isChat(platform) && chatPlatforms[platform].showsTimes;
}
