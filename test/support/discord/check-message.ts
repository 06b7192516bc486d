import { wordsOf } from './shown.ts';
import { componentsV2, legacyFields, validateDiscordMessage } from './validate.ts';
import type { DiscordMessage, DiscordWorld } from './world.ts';

/** Why Discord refuses a form, in the shape of its errors. @see https://docs.discord.com/developers/reference#error-messages */
export interface FormRefusal {
  why: string;
  errors: object;
}

interface Given {
  files: readonly string[];
  /** What the message shows before an edit. */
  before?: DiscordMessage | undefined;
  edits: boolean;
}

/** Undefined when Discord takes the message. */
export function formRefusal(
  { knowsComponents, refuseText }: Pick<DiscordWorld, 'knowsComponents' | 'refuseText'>,
  message: DiscordMessage,
  { before, edits, files }: Given,
): FormRefusal | undefined {
  const wanted = isV2(message);
  if (wanted && !knowsComponents) return unknownType;
  if (wanted || isV2(before)) {
    // Once set, the flag stays; and it is only set where the message then has none of the old fields.
    const [field] = legacyFields(isV2(before) ? message : { ...before, ...message });
    if (field !== undefined) return legacyField(field);
  }
  const listed = (message.attachments ?? []).map(({ filename }) => filename);
  // https://github.com/discord/discord-api-docs/issues/7529: of an edit, only what `attachments` lists can be shown.
  const shown = wanted && edits ? files.filter((name) => listed.includes(name)) : files;
  const whole = { ...message, flags: (message.flags ?? 0) | (before?.flags ?? 0) };
  const problems = validateDiscordMessage(whole, shown);
  if (wanted && refuseText !== undefined && wordsOf(message).includes(refuseText))
    problems.push(`the text ${refuseText}`);
  if (problems.length === 0) return undefined;
  const why = problems.join('; ');
  return { why, errors: { components: { _errors: [{ code: 'BASE_TYPE_BAD', message: why }] } } };
}

export function isV2(message: { flags?: number } | undefined): boolean {
  return ((message?.flags ?? 0) & componentsV2) !== 0;
}

/** What an API that knows rows alone says of a container. */
const unknownType: FormRefusal = {
  why: 'Value of field "type" must be one of (1,).',
  errors: {
    components: {
      0: { type: { _errors: [{ code: 'UNION_TYPE_CHOICES', message: 'Value of field "type" must be one of (1,).' }] } },
    },
  },
};

/** As in https://github.com/discord/discord-api-docs/issues/7500. */
function legacyField(field: string): FormRefusal {
  const message = `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
  const code = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';
  return { why: message, errors: { [field]: { _errors: [{ code, message }] } } };
}
