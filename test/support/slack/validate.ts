import { togetherProblems } from './newer-limits.ts';
import { homeView, messageBlocks, modalView } from './limits.ts';

/** Slack answers `msg_blocks_too_long` near this many characters, which no document says. */
const mostOfAllBlocks = 13_000;
const mostText = 40_000;
const mostOfView = 250_000;

/** What would ping somebody or be taken for a link in text that Slack reads for them. */
const pings = /<[!@#]|@(everyone|here|channel)\b/i;
/** A time that Slack shows as the reader's pings nobody. https://docs.slack.dev/messaging/formatting-message-text */
const dates = /<!date\^\d+\^[^<>|^]*\{\w+\}[^<>|^]*\|[^<>|]+>/g;

/**
 * Why Slack would refuse the message, or whom it would ping; empty when it is fine.
 * @param unknown Types of blocks that the workspace does not know (default: it knows all of them).
 */
export function validateSlackMessage(
  payload: { text?: unknown; blocks?: unknown },
  unknown: ReadonlySet<string> = new Set(),
): string[] {
  const { blocks = [], text } = payload;
  const foreign = (blocks as { type: string }[]).flatMap(({ type }, at) =>
    unknown.has(type) ? [`invalid_blocks: unsupported type: ${type} [json-pointer:/blocks/${at}/type]`] : [],
  );
  if (foreign.length > 0) return foreign;
  const problems = [...problemsOf(messageBlocks.safeParse(blocks))];
  if (typeof text !== 'string' || text === '') problems.push('no_text: notifications would be empty');
  else if (text.length > mostText) problems.push('msg_too_long');
  else if (pings.test(withoutMentions(text, blocks).replaceAll(dates, '')))
    problems.push(`text pings: ${text.slice(0, 80)}`);
  if (JSON.stringify(blocks).length > mostOfAllBlocks) problems.push('msg_blocks_too_long');
  problems.push(...repeatedBlockIds(blocks), ...togetherProblems(blocks));
  const [first, ...others] = Array.isArray(blocks) ? (blocks as unknown[]) : [];
  const rest = mentionsOf(first).length > 0 ? others : blocks;
  return [...problems, ...mrkdwnPings(rest), ...overrides(payload)];
}

/** The people whom a block of nothing but mentions pings. */
export function mentionsOf(block: unknown): string[] {
  const { elements = [] } = (block ?? {}) as { elements?: { elements?: Record<string, unknown>[] }[] };
  const inside = elements.flatMap((one) => one.elements ?? []);
  const people = inside.filter(({ type }) => type === 'user').map(({ user_id: id }) => String(id));
  return inside.every(({ text, type }) => type === 'user' || text === ' ') ? people : [];
}

/** The text without the mentions that it begins with, if the first block has the same. */
function withoutMentions(text: string, blocks: unknown): string {
  const people = mentionsOf(Array.isArray(blocks) ? blocks[0] : undefined);
  const expected = people.map((id) => `<@${id}> `).join('');
  return text.startsWith(expected) ? text.slice(expected.length) : text;
}

/** The same of a modal or a Home tab. */
export function validateSlackView(view: { type?: unknown }): string[] {
  const problems = problemsOf((view.type === 'home' ? homeView : modalView).safeParse(view));
  if (JSON.stringify(view).length > mostOfView) problems.push('view_too_large');
  problems.push(...repeatedBlockIds('blocks' in view ? view.blocks : []));
  return [...problems, ...mrkdwnPings(view), ...overrides(view)];
}

function problemsOf(result: { success: boolean; error?: { issues: { path: PropertyKey[]; message: string }[] } }) {
  return (result.error?.issues ?? []).map(({ message, path }) => `invalid_blocks: ${path.join('/')}: ${message}`);
}

/** “block_id should be unique for each message and each iteration of a message.” */
function repeatedBlockIds(blocks: unknown): string[] {
  const given = (blocks as { block_id?: string }[]).flatMap(({ block_id: id }) => (id === undefined ? [] : [id]));
  return new Set(given).size === given.length ? [] : ['invalid_blocks: a block_id is not unique'];
}

/** Only text of the type `mrkdwn` is read for mentions; rich text and plain text are shown as they are. */
function mrkdwnPings(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value && pings.test(String(value.text))) {
    return [`mrkdwn pings: ${String(value.text).slice(0, 80)}`];
  }
  if ('type' in value && ['user', 'usergroup', 'broadcast', 'channel'].includes(String(value.type)))
    return ['a mention'];
  return Object.values(value).flatMap(mrkdwnPings);
}

/** Characters that turn the direction of what follows them, in what people see. */
function overrides(value: unknown): string[] {
  const hidden = new Set(['value', 'initial_value', 'private_metadata']);
  const seen = JSON.stringify(value, (key, inner: unknown) => (hidden.has(key) ? undefined : inner));
  return /[\u202a-\u202e\u2066-\u2069]/.test(seen) ? ['text turns its direction'] : [];
}
