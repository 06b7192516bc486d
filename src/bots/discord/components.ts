import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  type APISectionComponent,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import type { Action, Reply, Step } from '../../replies/reply.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutText } from '../truncate.ts';
import { bodyOf, logOf } from './body.ts';
import { createButtons, inRows, labelOf, type MakeButton, mostButtons } from './buttons.ts';
import { sentences } from './fitted.ts';
import { listRows } from './list-rows.ts';
import { plain } from './markdown.ts';
import { colours, type ComponentsMessage, type DiscordFile, pictureFile } from './message.ts';
import { countOf, lengthOf, linkButton, textDisplay, textDisplays } from './parts.ts';
import type { StoredLines } from './stored-lines.ts';

/**
 * Discord's, of a message: the characters of all its texts, to which labels are counted here as well since no document says
 * whether they are, and its components. @see https://docs.discord.com/developers/components/reference
 */
const limits = { text: 4_000, components: 40 };
/** The container, the line, fields, what is left of a table, and a log. */
const ownPlaces = 5;
const most = { title: 256, text: 2_000, link: 200, alt: 300 };

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
  const { mentions = [], table, tone } = reply;
  const make = createButtons(lines);
  const called = mentions.length > 0 ? [textDisplay(mentions.map((account) => `<@${account}>`).join(' '))] : [];
  const shownFiles = files.map(fileOf);
  // Before the list is made, it is not known which buttons are below it: room is kept for all of them.
  const planned = actionRows(reply, plannedButton);
  let room = limits.text - lengthOf([...called, ...shownFiles, ...planned]);
  const take = <T extends APIComponentInContainer>(made: T[]): T[] => {
    room -= lengthOf(made);
    return made;
  };
  const head = take(headOf(reply, Math.min(most.text, room)));
  const places = limits.components - countOf([...called, ...shownFiles, ...planned, ...head]) - ownPlaces;
  const rows = table ? take(listRows(table, { places, room: room * 0.6, make })) : [];
  const foot = actionRows(besideRows(reply, rows.length), make);
  const body = [...take(bodyOf(reply, room, rows)), ...take(logOf(reply, room))];
  const shown = [...head, ...(head.length > 0 && body.length > 0 ? [line] : []), ...body, ...shownFiles, ...foot];
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

/** As long as a button, with no line behind it. */
function plannedButton({ label }: Action): APIButtonComponentWithCustomId {
  return { type: ComponentType.Button, style: ButtonStyle.Secondary, label: labelOf(label), custom_id: '-' };
}

const line: APIComponentInContainer = { type: ComponentType.Separator };

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

/** Steps take the place of the text, which their title and what is beside them repeat. */
function wordsOf({ steps: whole, text = '' }: Reply, room: number): string {
  if (!whole || whole.steps.length === 0) return sentences(text, room);
  const steps = whole.steps.map(({ detail, state, title }) => {
    const about = detail ? ` · ${oneLine(detail)}` : '';
    return `${signs[state]} ${oneLine(title)}${about}`;
  });
  const beside = whole.beside ?? text.split('\n').slice(1).join('\n');
  return sentences([whole.title, ...steps, beside].filter(Boolean).join('\n'), room);
}

function fileOf({ alt, name }: DiscordFile): APIComponentInContainer {
  const file = { url: `attachment://${name}` };
  if (name !== pictureFile) return { type: ComponentType.File, file };
  const description = cutText(oneLine(alt ?? ''), most.alt);
  return { type: ComponentType.MediaGallery, items: [{ media: file, ...(description && { description }) }] };
}

function actionRows(reply: Reply, make: MakeButton): APIActionRowComponent<APIButtonComponent>[] {
  const { actions = [], link } = reply;
  const leading = hasLinkButton(reply) && link ? linkButton(link.label, link.url) : undefined;
  const all = [...actions.slice(0, mostButtons).map(make), ...(leading ? [leading] : [])];
  return inRows(all).map((components) => ({ type: ComponentType.ActionRow, components }));
}

/** What rows of a list have beside them is not below them as well. */
function besideRows({ actions = [], ...reply }: Reply, listed: number): Reply {
  const beside = new Set(reply.table?.actions?.slice(0, listed).map((action) => action?.command));
  return { ...reply, actions: actions.filter(({ command }) => !beside.has(command)) };
}

/** Where there is room for it, and Discord takes its address. */
function hasLinkButton({ actions = [], link }: Reply): boolean {
  return link !== undefined && actions.length < mostButtons && linkButton(link.label, link.url) !== undefined;
}
