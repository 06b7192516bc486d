import type { Form } from '../handlers/command-form.ts';
import { cutText } from './truncate.ts';

/** Slack's, the least of any platform. */
const mostError = 2_000;

/** A refusal under the field that it names, or whose value it quotes, or else under the first one; without the usage. */
export function errorUnder(form: Form, values: Record<string, string>, message: string): Record<string, string> {
  const [first = message] = message.split('\n');
  const quoted = (value: string | undefined) => value !== undefined && value !== '' && first.includes(`\`${value}\``);
  const field =
    form.fields.find(({ name }) => first.startsWith(`${name}:`) || first.includes(`\`--${name}\``)) ??
    form.fields.find(({ name }) => quoted(values[name])) ??
    form.fields[0];
  return field ? { [field.name]: cutText(first.replaceAll('`', ''), mostError) } : {};
}
