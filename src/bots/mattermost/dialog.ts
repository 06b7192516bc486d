import type { Form, FormField } from '../../handlers/command-form.ts';
import { oneLine } from '../../harmless-text.ts';
import { plain } from './markdown.ts';
import { cutText } from '../truncate.ts';

/** @see https://developers.mattermost.com/integrate/plugins/interactive-dialogs/ */
export interface Dialog {
  callback_id: 'shipmate';
  title: string;
  introduction_text?: string;
  submit_label: string;
  notify_on_cancel: false;
  /** Comes back with what was filled in. */
  state: string;
  elements: DialogElement[];
}

export interface DialogElement {
  display_name: string;
  name: string;
  type: 'text' | 'textarea' | 'select' | 'radio';
  optional: boolean;
  help_text?: string;
  default?: string;
  max_length?: number;
  placeholder?: string;
  options?: { text: string; value: string }[];
}

/** The server counts bytes, and a dialog that breaks one of these does not open, without a word to us. */
const most = { title: 24, label: 24, help: 150, text: 150, textarea: 3_000, choices: 100, radios: 4 };
const mostIntroduction = 1_000;

const shown = 'Mattermost shows what you type here as you type. It is never posted or logged.';

/** A form as a dialog. @param state What comes back with the answer. */
export function renderDialog(form: Form, state: string): Dialog {
  return {
    callback_id: 'shipmate',
    ...headOf(form.title),
    submit_label: 'Go',
    notify_on_cancel: false,
    state,
    elements: form.fields.map((field) => elementOf(form, field)),
  };
}

/** A dialog without elements asks for a confirmation. */
export function renderQuestion({ label, question }: { label: string; question: string }, state: string): Dialog {
  return {
    callback_id: 'shipmate',
    title: cutBytes(oneLine(label), most.title) || 'Really?',
    introduction_text: plain(cutText(question, mostIntroduction)),
    submit_label: cutBytes(oneLine(label), most.title) || 'Yes',
    notify_on_cancel: false,
    state,
    elements: [],
  };
}

function headOf(title: string): Pick<Dialog, 'title' | 'introduction_text'> {
  const line = oneLine(title);
  if (Buffer.byteLength(line) <= most.title && line !== '') return { title: line };
  return { title: 'Shipmate', introduction_text: plain(cutText(line, mostIntroduction)) };
}

function elementOf(form: Form, field: FormField): DialogElement {
  const { choices, long, name, required, value } = field;
  const secret = name in form.submit({ [name]: '-' }).secrets;
  const label = oneLine(field.label) || name;
  const short = Buffer.byteLength(label) <= most.label;
  const help = cutBytes(secret ? shown : label, most.help);
  const head = {
    display_name: short ? label : cutBytes(name, most.label),
    name,
    optional: !required,
    ...((secret || !short) && { help_text: help }),
  };
  if (choices && fits(choices)) {
    const options = choices.map((one) => ({ text: one, value: one }));
    const preset = value !== undefined && choices.includes(value) && { default: value };
    return { ...head, type: choices.length <= most.radios ? 'radio' : 'select', options, ...preset };
  }
  const area = long || Buffer.byteLength(value ?? '') > most.text;
  const max = area ? most.textarea : most.text;
  return {
    ...head,
    type: area ? 'textarea' : 'text',
    max_length: max,
    ...(value !== undefined && value !== '' && { default: cutBytes(value, max) }),
    ...(choices && { placeholder: cutBytes(oneLine(choices.join(', ')), most.text) }),
  };
}

function fits(choices: readonly string[]): boolean {
  return choices.length > 0 && choices.length <= most.choices && choices.every((one) => one.trim() !== '');
}

/** At most so many bytes of UTF-8, as Go counts them. */
function cutBytes(text: string, limit: number): string {
  let cut = text;
  for (let room = limit; Buffer.byteLength(cut) > limit; room -= 1) cut = cutText(text, room);
  return cut;
}
