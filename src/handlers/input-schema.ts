import type { Command } from './command.ts';
import type { Option } from './options.ts';

type Json = Record<string, unknown>;

/** JSON schema (draft 2020-12) of a command's input. */
export function inputSchema(command: Command): Json {
  const options = Object.entries(command.options);
  return {
    type: 'object',
    properties: Object.fromEntries(options.map(([key, option]) => [key, optionSchema(option)])),
    required: options.filter(([, option]) => option.required).map(([key]) => key),
    additionalProperties: false,
  };
}

function optionSchema(option: Option<unknown>): Json {
  const one: Json =
    option.kind === 'flag'
      ? { type: 'boolean', default: false }
      : { type: option.kind === 'integer' ? 'integer' : 'string' };
  if (option.choices) one['enum'] = option.choices;
  if (option.kind === 'secret') one['format'] = 'password';
  return option.many
    ? { type: 'array', items: one, minItems: option.required ? 1 : 0, description: option.summary }
    : { ...one, description: option.summary };
}
