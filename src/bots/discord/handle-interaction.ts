import {
  type APIInteraction,
  type APIMessageComponent as APIComponentInMessage,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandType,
  InteractionType,
} from 'discord.js';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import { type Form, formOf, secretForm } from '../../handlers/command-form.ts';
import { cutText } from '../truncate.ts';
import { resolveWithin } from '../resolve-within.ts';
import type { DiscordApi } from './api.ts';
import type { Asked, Conversation } from './conversation.ts';
import { uploadsOf, valuesOf } from './modal.ts';
import { originOf } from './origin.ts';
import { unwritableIn } from './unwritable.ts';
import { focusOf, lineOfSlash } from './slash-line.ts';
import type { Press, StoredLines } from './stored-lines.ts';

/** Discord's, of suggestions, and of the length of one. */
const mostChoices = 25;
const mostChoice = 100;
/** Suggestions that come later than this are none: Discord waits three seconds, milliseconds. */
const suggestMs = 2_000;

const tooOld = 'This message has expired. Type the command again.';

interface HandleDeps {
  api: DiscordApi;
  conversation: Conversation;
  dispatcher: Dispatcher;
  lines: StoredLines;
}

type Suggested = Extract<APIInteraction, { type: InteractionType.ApplicationCommandAutocomplete }>;

/** Answers an interaction, however it came. */
export function createHandler({ api, conversation, dispatcher, lines }: HandleDeps) {
  const { commands } = dispatcher;

  async function suggest(interaction: Suggested): Promise<void> {
    const focus = focusOf(commands, interaction.data);
    const found = focus && (await resolveWithin(suggestions(focus, interaction), suggestMs));
    const fitting = (found ?? []).filter(({ length }) => length > 0 && length <= mostChoice);
    await api.suggest(interaction, fitting.slice(0, mostChoices));
  }

  async function suggestions(
    focus: NonNullable<ReturnType<typeof focusOf>>,
    interaction: Suggested,
  ): Promise<string[]> {
    const origin = originOf(interaction);
    if (focus.option) return dispatcher.completeOption(focus.option, origin);
    return dispatcher.completeLine(focus.line, origin, mostChoices);
  }

  async function press(interaction: APIMessageComponentInteraction): Promise<void> {
    const { line, press: what } = lines.read(interaction.data.custom_id) ?? {};
    if (line === undefined || what === undefined) return conversation.say({ to: interaction }, tooOld);
    const asked = { line, ...askedOf(interaction) };
    if (what === 'ask') return conversation.confirm(asked, labelOf(interaction));
    if (what === 'form') return conversation.open(asked);
    await conversation.take(asked);
  }

  async function submit(interaction: APIModalSubmitInteraction): Promise<void> {
    const { line, press: what } = lines.read(interaction.data.custom_id) ?? {};
    const form = line === undefined ? undefined : formFor(line, what);
    if (!form) return conversation.say({ to: interaction }, tooOld);
    const components = interaction.data.components as Parameters<typeof valuesOf>[0];
    const asked = { line: line ?? '', ...askedOf(interaction) };
    const uploads = uploadsOf(components, interaction.data.resolved?.attachments);
    await conversation.submit(asked, form, valuesOf(components), uploads);
  }

  function formFor(line: string, what: Press | undefined): Form | undefined {
    return what === 'secret' ? secretForm(line, []) : formOf(dispatcher.read({ line }));
  }

  return async function handle(interaction: APIInteraction): Promise<void> {
    if (interaction.type === InteractionType.ApplicationCommandAutocomplete) return suggest(interaction);
    if (interaction.type === InteractionType.MessageComponent) return press(interaction);
    if (interaction.type === InteractionType.ModalSubmit) return submit(interaction);
    if (interaction.type !== InteractionType.ApplicationCommand) return;
    if (interaction.data.type !== ApplicationCommandType.ChatInput) return;
    const line = lineOfSlash(commands, interaction.data);
    if (line === undefined) return conversation.say({ to: interaction }, tooOld);
    await conversation.take({ line, ...askedOf(interaction) });
  };
}

function askedOf(interaction: APIInteraction): Omit<Asked, 'line'> {
  return { origin: originOf(interaction), to: interaction, unwritable: unwritableIn(interaction) };
}

/** What stands on the button that was pressed, however deep it is. */
function labelOf({ data, message }: APIMessageComponentInteraction): string {
  const found = labelled(message.components ?? [], data.custom_id);
  return found === undefined ? 'go on' : cutText(found, 60);
}

function labelled(components: readonly APIComponentInMessage[], id: string): string | undefined {
  for (const one of components) {
    if ('custom_id' in one && one.custom_id === id && 'label' in one) return one.label;
    const inside = 'components' in one ? labelled(one.components, id) : undefined;
    const beside = 'accessory' in one ? labelled([one.accessory], id) : undefined;
    if (inside ?? beside) return inside ?? beside;
  }
  return undefined;
}
