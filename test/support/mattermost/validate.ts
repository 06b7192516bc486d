import type { Dialog, DialogElement } from '../../../src/bots/mattermost/dialog.ts';
import type { Attachment, MattermostMessage } from '../../../src/bots/mattermost/render.ts';

/** Of the server: `PostMessageMaxRunesV2`, `PostPropsMaxUserRunes`. */
const most = { message: 16_383, props: 760_000 };
const styles = ['default', 'primary', 'success', 'good', 'warning', 'danger'];

export interface MessageLimits {
  message: number;
  props: number;
}

/** What the server or its clients would not take of a message. */
export function messageProblems({ message, props }: MattermostMessage, limits: MessageLimits = most): string[] {
  return [
    ...(runes(message) > limits.message ? ['the message is too long'] : []),
    ...(runes(JSON.stringify(props)) > limits.props ? ['the props are too long'] : []),
    ...props.attachments.flatMap(attachmentProblems),
  ];
}

/** As the server's `IsValid` of an attachment has it. */
export function attachmentProblems(attachment: Attachment): string[] {
  const { actions = [], color, fallback, fields = [], title, title_link: link } = attachment;
  const ids = actions.map(({ id }) => id);
  return [
    ...(fallback ? [] : ['no fallback']),
    ...(/^#[0-9a-f]{6}$/i.test(color) ? [] : [`the colour ${color}`]),
    ...(link !== undefined && !title ? ['a title link without a title'] : []),
    ...(link !== undefined && !isHttp(link) ? [`the title link ${link}`] : []),
    ...(title || attachment.text || fields.length > 0 ? [] : ['nothing to see']),
    ...fields.flatMap(({ value }) => (typeof value === 'string' ? [] : ['the value of a field'])),
    ...(new Set(ids).size < ids.length ? ['two actions with one id'] : []),
    ...actions.flatMap(actionProblems),
  ];
}

function actionProblems(action: NonNullable<Attachment['actions']>[number]): string[] {
  const { id, integration, name, options = [], style, type } = action;
  return [
    // The route of a press takes no other characters: the server answers 404, and nothing happens.
    ...(/^[A-Za-z0-9]+$/.test(id) ? [] : [`the id ${id} of an action`]),
    ...(name ? [] : ['an action without a name']),
    ...(style === undefined || styles.includes(style) || /^#[0-9a-f]{6}$/i.test(style) ? [] : [`the style ${style}`]),
    ...(type === 'button' && options.length > 0 ? ['options of a button'] : []),
    ...(type === 'select' && options.length === 0 ? ['a menu without options'] : []),
    ...(options.every(({ text, value }) => text && value) ? [] : ['an option without text or value']),
    ...(isHttp(integration.url) ? [] : [`the integration URL ${integration.url}`]),
  ];
}

/** As the server's `IsValid` of a dialog has it: lengths are bytes. A dialog with one of them does not open. */
export function dialogProblems({ elements, title }: Dialog): string[] {
  const names = elements.map(({ name }) => name);
  return [
    ...(title === '' || bytes(title) > 24 ? [`the title ${title}`] : []),
    ...(new Set(names).size < names.length ? ['two elements with one name'] : []),
    ...elements.flatMap((element) => elementProblems(element).map((problem) => `${element.name}: ${problem}`)),
  ];
}

function elementProblems(element: DialogElement): string[] {
  const {
    default: preset = '',
    display_name: label,
    help_text: help = '',
    name,
    options = [],
    placeholder = '',
    type,
  } = element;
  const room = { text: 150, textarea: 3_000, select: 3_000, radio: Infinity }[type];
  return [
    ...(label === '' || bytes(label) > 24 ? [`the label ${label}`] : []),
    ...(name === '' || bytes(name) > 300 ? ['the name'] : []),
    ...(bytes(help) > 150 ? ['the help text'] : []),
    ...(bytes(preset) > room ? ['the default'] : []),
    ...(bytes(placeholder) > room ? ['the placeholder'] : []),
    ...(['select', 'radio'].includes(type) && preset !== '' && !options.some(({ value }) => value === preset)
      ? ['a default that is no option']
      : []),
    ...(options.every(({ text, value }) => text && value) ? [] : ['an option without text or value']),
  ];
}

function runes(text: string): number {
  return Array.from(text).length;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:\/\/./.test(url);
}
