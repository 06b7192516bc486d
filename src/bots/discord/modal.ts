import {
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
import { cutText } from '../truncate.ts';

/** Discord's, of a modal. */
const mostTitle = 45;
const mostLabel = 45;
const mostDescription = 100;
const mostInput = 4_000;
const mostInputs = 5;
/** Discord's, of a menu, and of what an entry of it says. */
const mostChoices = 25;
const mostChoice = 100;

/** Discord masks no input: what is asked for in private is seen by whoever looks at the screen, and by nobody else. */
export function renderModal(form: Form, customId: string): APIModalInteractionResponseCallbackData {
  return {
    custom_id: customId,
    title: cutText(oneLine(form.title), mostTitle),
    components: form.fields.slice(0, mostInputs).map(labelled),
  };
}

/** What was filled in; a form that was opened by an earlier version has its inputs in rows. */
export function valuesOf(
  components: readonly { component?: ModalSubmitComponent; components?: readonly ModalSubmitComponent[] }[],
): Record<string, string> {
  const inputs = components.flatMap(({ component, components: row = [] }) => (component ? [component] : row));
  return Object.fromEntries(
    inputs.flatMap((input) => {
      if ('values' in input) return input.values.slice(0, 1).map((value) => [input.custom_id, value]);
      return 'value' in input && typeof input.value === 'string' ? [[input.custom_id, input.value]] : [];
    }),
  );
}

/** A label that is too long goes on below itself. */
function labelled(field: FormField): APILabelComponent {
  const label = oneLine(field.label);
  return {
    type: ComponentType.Label,
    label: cutText(label, mostLabel) || '…',
    ...(label.length > mostLabel && { description: cutText(label, mostDescription) }),
    component: hasMenu(field) ? menu(field) : textInput(field),
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
