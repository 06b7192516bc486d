import type { types } from '@slack/bolt';

/** Slack's: of options, of the text of one, and of its value. */
const most = { options: 100, text: 75, value: 150 };

/** As many as Slack takes; what was typed is the last one, so that it can be picked although it is on no list. */
export function optionsOf(values: readonly string[], typed: string): types.PlainTextOption[] {
  const own = typed.trim();
  const given = own === '' || values.includes(own) ? [] : [own];
  const fitting = values.filter((value) => value.length <= most.value).slice(0, most.options - given.length);
  return [...fitting, ...given.filter((value) => value.length <= most.value)].map(optionOf);
}

/** The end of a long one is what tells it apart. */
export function optionOf(value: string): types.PlainTextOption {
  const text = value.length <= most.text ? value : `…${value.slice(1 - most.text)}`;
  return { text: { type: 'plain_text', text }, value };
}
