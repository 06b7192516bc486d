import {
  type APIActionRowComponent,
  type APIModalInteractionResponseCallbackData,
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
const mostInput = 4_000;
const mostPlaceholder = 100;
const mostInputs = 5;

/** Discord masks no input: what is asked for in private is seen by whoever looks at the screen, and by nobody else. */
export function renderModal(form: Form, customId: string): APIModalInteractionResponseCallbackData {
  return {
    custom_id: customId,
    title: cutText(oneLine(form.title), mostTitle),
    components: form.fields.slice(0, mostInputs).map(row),
  };
}

export function valuesOf(
  components: readonly { components?: readonly ModalSubmitComponent[] }[],
): Record<string, string> {
  const inputs = components.flatMap((one) => one.components ?? []);
  return Object.fromEntries(
    inputs.flatMap((input) =>
      'value' in input && typeof input.value === 'string' ? [[input.custom_id, input.value]] : [],
    ),
  );
}

function row({ choices, label, long, name, required, value }: FormField): APIActionRowComponent<APITextInputComponent> {
  const hint = choices ? choices.join(', ') : label;
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.TextInput,
        custom_id: name,
        label: cutText(oneLine(label), mostLabel),
        style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
        required,
        max_length: mostInput,
        placeholder: cutText(oneLine(hint), mostPlaceholder),
        ...(value !== undefined && { value: value.slice(0, mostInput) }),
      },
    ],
  };
}
