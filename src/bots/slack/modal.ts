import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import { type Form, type FormField, formOf, secretForm } from '../../handlers/command-form.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutText } from '../truncate.ts';
import { optionOf, optionsOf } from './picker-options.ts';

/** What a modal remembers while a person fills it in; never a secret. */
const stateSchema = z.object({
  line: z.string(),
  /** As in origins. */
  thread: z.string(),
  responseUrl: z.url().optional(),
  asks: z.array(z.object({ name: z.string(), summary: z.string() })).optional(),
});
export type ModalState = z.infer<typeof stateSchema>;

export const modalId = 'form';
/** Of the one element of each input. */
export const valueId = 'value';

/** Slack's, for a view. */
const most = { title: 24, label: 2_000, value: 3_000, state: 3_000, choices: 100, choice: 75 };

const shown = 'Slack shows what you type here as you type. It is never posted or logged.';

/** The form of a modal, from what it remembers; undefined when its command has none any more. */
export function formOfState({ read }: Pick<Dispatcher, 'read'>, { asks, line }: ModalState): Form | undefined {
  return asks ? secretForm(line, asks) : formOf(read({ line }));
}

/** Undefined when there is more to remember than Slack keeps. */
export function renderModal(form: Form, state: ModalState): types.ModalView | undefined {
  const metadata = JSON.stringify(state);
  if (metadata.length > most.state) return undefined;
  const short = form.title.length <= most.title;
  const intro: types.KnownBlock = { type: 'section', text: { type: 'plain_text', text: cutText(form.title, 500) } };
  return {
    type: 'modal',
    callback_id: modalId,
    private_metadata: metadata,
    title: { type: 'plain_text', text: short ? form.title : 'Shipmate' },
    submit: { type: 'plain_text', text: 'Go' },
    close: { type: 'plain_text', text: 'Not now' },
    blocks: [...(short ? [] : [intro]), ...form.fields.map((field) => inputOf(form, field))],
  };
}

function inputOf(form: Form, field: FormField): types.InputBlock {
  const secret = field.name in form.submit({ [field.name]: '-' }).secrets;
  return {
    type: 'input',
    block_id: field.name,
    optional: !field.required,
    label: { type: 'plain_text', text: cutText(oneLine(field.label), most.label) || field.name },
    ...(secret && { hint: { type: 'plain_text', text: shown } }),
    element: elementOf(field),
  };
}

function elementOf({ choices, long, suggests, value }: FormField): types.InputBlock['element'] {
  if (suggests) return picker(value);
  if (choices && choices.length <= most.choices && choices.every((one) => one.length <= most.choice)) {
    const options = choices.map(optionOf);
    const chosen = choices.includes(value ?? '') ? value : undefined;
    return {
      type: 'static_select',
      action_id: valueId,
      options,
      ...(chosen !== undefined && { initial_option: optionOf(chosen) }),
    };
  }
  return {
    type: 'plain_text_input',
    action_id: valueId,
    multiline: long,
    ...(value !== undefined && value.length <= most.value && { initial_value: value }),
  };
}

/** What can be picked is asked for as people type, and once before. */
function picker(value: string | undefined): types.ExternalSelect {
  const placeholder = { type: 'plain_text', text: 'Pick one, or type an address' } as const;
  const chosen = value === undefined ? undefined : optionsOf([value], '')[0];
  return {
    type: 'external_select',
    action_id: valueId,
    min_query_length: 0,
    placeholder,
    ...(chosen && { initial_option: chosen }),
  };
}

/** What a person typed into a modal, and what it remembered. */
export interface Submission {
  state: ModalState;
  values: Record<string, string>;
}

type Values = Record<string, Record<string, { value?: string | null; selected_option?: { value: string } | null }>>;

/** Undefined for a modal that an earlier version opened, which remembers something else. */
export function readSubmission(view: { private_metadata: string; state: { values: Values } }): Submission | undefined {
  const state = stateOf(view.private_metadata);
  if (!state) return undefined;
  const values = Object.entries(view.state.values).map(([name, inputs]) => {
    const input = inputs[valueId];
    return [name, input?.value ?? input?.selected_option?.value ?? ''];
  });
  return { state, values: Object.fromEntries(values) as Record<string, string> };
}

/** What the modal remembers; undefined when an earlier version opened it. */
export function stateOf(metadata: string): ModalState | undefined {
  return stateSchema.safeParse(jsonOf(metadata)).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Takes the place of a form that can no longer be read. */
export function renderOutdated(): types.ModalView {
  const text = 'This form is from before an upgrade of Shipmate, and nothing was run. Close it and open it again.';
  return {
    type: 'modal',
    callback_id: modalId,
    title: { type: 'plain_text', text: 'Shipmate' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [{ type: 'section', text: { type: 'plain_text', text } }],
  };
}
