import {
  type APIFileUploadComponent,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APIStringSelectComponent,
  type APITextInputComponent,
  ComponentType,
  type ModalSubmitComponent,
  TextInputStyle,
} from 'discord.js';
import type { Form, FormField } from '../../handlers/command-form.ts';
import { oneLine } from '../../harmless-text.ts';
import { formatSize } from '../../units/sizes.ts';
import { cutText } from '../truncate.ts';
import { mostUploaded, type Uploaded } from './uploaded-file.ts';

/** Discord's, of a modal. */
const mostTitle = 45;
const mostLabel = 45;
const mostDescription = 100;
const mostInput = 4_000;
const mostInputs = 5;
/** Discord's, of a menu, and of what an entry of it says. */
const mostChoices = 25;
const mostChoice = 100;

/**
 * Discord masks no input: what is asked for in private is seen by whoever looks at the screen, and by nobody else.
 * @param plainly Whether all is typed, for an API that knows no menus and files in modals.
 */
export function renderModal(form: Form, customId: string, plainly = false): APIModalInteractionResponseCallbackData {
  return {
    custom_id: customId,
    title: cutText(oneLine(form.title), mostTitle),
    components: form.fields.flatMap(plainly ? textLabelled : labelled).slice(0, mostInputs),
  };
}

/** Of what a field's file is called in its modal. */
const fileSuffix = '.file';

/** The files that were uploaded, by the fields that they are for. */
export function uploadsOf(
  components: Parameters<typeof valuesOf>[0],
  attachments: Readonly<Record<string, Uploaded>> = {},
): Record<string, Uploaded> {
  return Object.fromEntries(
    components.flatMap(({ component }) => {
      if (component?.type !== ComponentType.FileUpload) return [];
      const [file] = component.values.flatMap((id) => attachments[id] ?? []);
      return file ? [[component.custom_id.slice(0, -fileSuffix.length), file]] : [];
    }),
  );
}

/** What was filled in; a form that was opened by an earlier version has its inputs in rows. */
export function valuesOf(
  components: readonly { component?: ModalSubmitComponent; components?: readonly ModalSubmitComponent[] }[],
): Record<string, string> {
  const inputs = components.flatMap(({ component, components: row = [] }) => (component ? [component] : row));
  return Object.fromEntries(
    inputs.flatMap((input) => {
      if (input.type === ComponentType.FileUpload) return [];
      if ('values' in input) return input.values.slice(0, 1).map((value) => [input.custom_id, value]);
      return 'value' in input && typeof input.value === 'string' ? [[input.custom_id, input.value]] : [];
    }),
  );
}

/** What is often in a file is uploaded or typed. */
function labelled(field: FormField): APILabelComponent[] {
  if (!field.file) return [labelOf(field.label, hasMenu(field) ? menu(field) : textInput(field))];
  const about = `A text file of at most ${formatSize(mostUploaded)}`;
  return [
    { ...labelOf(field.label, upload(field)), description: about },
    labelOf('Or as text', textInput({ ...field, required: false, long: true })),
  ];
}

function textLabelled(field: FormField): APILabelComponent[] {
  return [labelOf(field.label, textInput(field))];
}

/** A label that is too long goes on below itself. */
function labelOf(text: string, component: APILabelComponent['component']): APILabelComponent {
  const label = oneLine(text);
  return {
    type: ComponentType.Label,
    label: cutText(label, mostLabel) || '…',
    ...(label.length > mostLabel && { description: cutText(label, mostDescription) }),
    component,
  };
}

function upload({ name }: FormField): APIFileUploadComponent {
  return {
    type: ComponentType.FileUpload,
    custom_id: `${name}${fileSuffix}`,
    required: false,
    min_values: 0,
    max_values: 1,
  };
}

function hasMenu({ choices = [] }: FormField): boolean {
  const fits = choices.every(({ length }) => length > 0 && length <= mostChoice);
  return choices.length > 0 && choices.length <= mostChoices && fits;
}

function menu({ choices = [], name, required, value }: FormField): APIStringSelectComponent {
  return {
    type: ComponentType.StringSelect,
    custom_id: name,
    required,
    options: choices.map((one) => ({ label: one, value: one, ...(one === value && { default: true }) })),
  };
}

function textInput({ choices, long, name, required, value }: FormField): APITextInputComponent {
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required,
    max_length: mostInput,
    ...(choices && { placeholder: cutText(oneLine(choices.join(', ')), mostDescription) }),
    ...(value !== undefined && { value: value.slice(0, mostInput) }),
  };
}
