import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIButtonComponentWithURL,
  type APIComponentInContainer,
  type APISectionComponent,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import type { Reply, Step } from '../../replies/reply.ts';
import { oneLine } from '../../harmless-text.ts';
import { hasPublicHost } from '../../public-address.ts';
import { cutRows, cutText } from '../truncate.ts';
import { button, inRows, labelOf, mostButtons } from './buttons.ts';
import { logText, sentences, shrink, tableText } from './fitted.ts';
import { fence, markdown, plain } from './markdown.ts';
import { colours, type ComponentsMessage, type DiscordFile, pictureFile } from './message.ts';
import type { StoredLines } from './stored-lines.ts';

/**
 * Discord's: the characters of all texts together, to which labels are counted here as well since no document says whether
 * they are; a link button's address. @see https://docs.discord.com/developers/components/reference
 */
const limits = { text: 4_000, url: 512 };
const most = { title: 256, text: 2_000, fields: 25, name: 256, value: 1_024, link: 200, alt: 300 };
/** Kept for a log that follows a table. */
const logRoom = 700;
/** For a line about what was cut, with the page's address. */
const moreRoom = 40;
/** Less is none: the head of a table takes about this. */
const leastRoom = 200;

const signs: Record<Step['state'], string> = { waiting: '⬜', current: '▶️', done: '✅', failed: '❌', skipped: '➖' };

/**
 * A reply as Components V2: a container with the colour of its tone. At most 40 components come together: mentions, the
 * container, a head with a button (3), a line, a body, a log, a picture, a file, and five rows of five buttons (30). What
 * does not fit is cut, and the message says so. Never throws.
 * @param files What goes up with it: attachments show only where a component names them, and no component may name others.
 */
export function renderComponents(
  reply: Reply,
  lines: StoredLines,
  files: readonly DiscordFile[] = [],
): ComponentsMessage {
  const { mentions = [], tone } = reply;
  const called = mentions.length > 0 ? [textDisplay(mentions.map((account) => `<@${account}>`).join(' '))] : [];
  const foot = [...files.map(fileOf), ...actionRows(reply, lines)];
  let room = limits.text - textOf([...called, ...foot]);
  const take = <T extends APIComponentInContainer>(made: T[]): T[] => {
    room -= textOf(made);
    return made;
  };
  const head = take(headOf(reply, Math.min(most.text, room)));
  const body = [...take(bodyOf(reply, room)), ...take(logOf(reply, room))];
  const shown = [...head, ...(head.length > 0 && body.length > 0 ? [line] : []), ...body, ...foot];
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [
      ...called,
      {
        type: ComponentType.Container,
        accent_color: colours[tone],
        components: shown.length > 0 ? shown : [textDisplay('Done.')],
      },
    ],
    allowed_mentions: { parse: [], ...(mentions.length > 0 && { users: [...mentions] }) },
  };
}

const line: APIComponentInContainer = { type: ComponentType.Separator };

function textDisplay(content: string): APITextDisplayComponent {
  return { type: ComponentType.TextDisplay, content };
}

/** Discord refuses an empty text. */
function textDisplays(content: string): APITextDisplayComponent[] {
  return content.trim() === '' ? [] : [textDisplay(content)];
}

/** Title and sentences, beside a button to the page. */
function headOf(reply: Reply, room: number): (APITextDisplayComponent | APISectionComponent)[] {
  const { actions = [], link, page, title } = reply;
  const open = page === undefined ? undefined : linkButton('Open', page);
  const left = actions.length - mostButtons;
  const heading = title === undefined ? '' : cutText(plain(oneLine(title).replaceAll('`', '')), most.title);
  const others = [
    heading.trim() === '' ? '' : `### ${heading}`,
    link && !hasLinkButton(reply) ? `[${cutText(plain(oneLine(link.label)), most.link)}](${link.url})` : '',
    page !== undefined && title === undefined && !open ? `[Open the page](${page})` : '',
    left > 0 ? `… ${left} more actions: type the command.` : '',
  ];
  const [first = '', ...rest] = others;
  const beside = others.join('\n').length + 1 + (open?.label?.length ?? 0);
  const said = wordsOf(reply, Math.max(0, room - beside));
  const [text] = textDisplays([first, said, ...rest].filter(Boolean).join('\n'));
  if (!text) return open ? [textDisplay(`[Open the page](${page})`)] : [];
  return open ? [{ type: ComponentType.Section, components: [text], accessory: open }] : [text];
}

/** Steps take the place of the first sentence, which their title repeats. */
function wordsOf({ steps: whole, text = '' }: Reply, room: number): string {
  if (!whole || whole.steps.length === 0) return sentences(text, room);
  const steps = whole.steps.map(({ detail, state, title }) => {
    const about = detail ? ` · ${oneLine(detail)}` : '';
    return `${signs[state]} ${oneLine(title)}${about}`;
  });
  return sentences([whole.title, ...steps, ...text.split('\n').slice(1)].join('\n'), room);
}

function bodyOf(reply: Reply, whole: number): APITextDisplayComponent[] {
  const { code, fields = [], page } = reply;
  if (whole < leastRoom) return [];
  const room = whole - (code ? Math.min(logRoom, Math.floor(whole / 3)) : 0);
  const named = fields.slice(0, most.fields).map(({ name, value }) => {
    const shown = shrink(value, Math.min(most.value, Math.floor(3_000 / fields.length) + 100), markdown) || '–';
    return `**${shrink(oneLine(name), most.name, plain) || '–'}:** ${shown}`;
  });
  const spare = moreRoom + (page?.length ?? 0);
  const share = reply.table ? Math.floor(room / 2) : room;
  const { rows } = cutRows(named, share - spare, ({ length }) => length + 1);
  const missing = fields.length - rows.length;
  const above = [...rows, ...(missing > 0 ? [moreLine(missing, page)] : [])].join('\n');
  return textDisplays([above, tableOf(reply, room - above.length - 1 - spare)].filter(Boolean).join('\n'));
}

function tableOf({ page, table }: Reply, room: number): string {
  if (!table || room < leastRoom) return '';
  const { left, text } = tableText(table, room);
  return left > 0 ? `${fence(text)}\n${moreLine(left, page)}` : fence(text);
}

/** Leads to what was cut. */
function moreLine(left: number, page: string | undefined): string {
  return page !== undefined && hasPublicHost(page) ? `… ${left} more: [open the page](${page})` : `… ${left} more`;
}

function logOf(reply: Reply, room: number): APITextDisplayComponent[] {
  const failed = reply.steps?.steps.findLast(({ output }) => output !== undefined);
  const code = reply.code ?? failed?.output;
  return textDisplays(code === undefined ? '' : logText({ ...reply, code }, room));
}

function fileOf({ alt, name }: DiscordFile): APIComponentInContainer {
  const file = { url: `attachment://${name}` };
  if (name !== pictureFile) return { type: ComponentType.File, file };
  const description = cutText(oneLine(alt ?? ''), most.alt);
  return { type: ComponentType.MediaGallery, items: [{ media: file, ...(description && { description }) }] };
}

function actionRows(reply: Reply, lines: StoredLines): APIActionRowComponent<APIButtonComponent>[] {
  const { actions = [], link } = reply;
  const pressed = actions.slice(0, mostButtons).map((action, at) => button(action, at, lines));
  const leading = hasLinkButton(reply) && link ? linkButton(link.label, link.url) : undefined;
  const all: APIButtonComponent[] = leading ? [...pressed, leading] : pressed;
  return inRows(all).map((components) => ({ type: ComponentType.ActionRow, components }));
}

/** Where there is room for it, and Discord takes its address. */
function hasLinkButton({ actions = [], link }: Reply): boolean {
  return link !== undefined && actions.length < mostButtons && linkButton(link.label, link.url) !== undefined;
}

/** Undefined where Discord refuses the address. */
function linkButton(label: string, url: string): APIButtonComponentWithURL | undefined {
  if (url.length > limits.url || !/^https?:/.test(url) || !hasPublicHost(url)) return undefined;
  return { type: ComponentType.Button, style: ButtonStyle.Link, label: labelOf(label), url };
}

/** Characters that count. */
function textOf(components: readonly APIComponentInContainer[]): number {
  return components.reduce((sum, one) => sum + lengthOf(one), 0);
}

function lengthOf(component: APIComponentInContainer | APIButtonComponent): number {
  if ('content' in component) return component.content.length;
  if ('label' in component) return component.label?.length ?? 0;
  if ('items' in component) return component.items.reduce((sum, one) => sum + (one.description?.length ?? 0), 0);
  const inside = 'components' in component ? (component.components as APIComponentInContainer[]) : [];
  const beside = 'accessory' in component ? [component.accessory as APIButtonComponent] : [];
  return [...inside, ...beside].reduce((sum, one) => sum + lengthOf(one), 0);
}
