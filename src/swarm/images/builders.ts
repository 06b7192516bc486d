import { UserError } from '../../errors.ts';
import { anyOf } from '../../word-lists.ts';
import type { Builder, Checkout } from './builder.ts';
import { dockerfileBuilder } from './dockerfile-builder.ts';
import { generatedBuilder } from './generated-builder.ts';
import { languages } from './languages/registry.ts';
import { plannedBuilder } from './planned-builder.ts';
import { planners } from './planners/registry.ts';

/** Every builder in order of precedence; the first that detects the checkout builds it. */
export const builders: readonly [Builder, ...Builder[]] = [
  dockerfileBuilder,
  ...languages.map(generatedBuilder),
  ...planners.map(plannedBuilder),
];

export interface Choice {
  builder: Builder;
  /** The clause after "because". */
  reason: string;
}

/**
 * The builder that the settings name, else the first that fits.
 * @throws {UserError} when none does; a Dockerfile that is named but missing is the builder's own error.
 */
export async function chooseBuilder(checkout: Checkout, among = builders): Promise<Choice> {
  const { builder: name, dockerfile, target } = checkout.settings;
  if (name !== undefined) return { builder: builderNamed(name), reason: `\`builder=${name}\` is set` };
  for (const builder of among) {
    const reason = await builder.detects(checkout);
    if (reason !== undefined) return { builder, reason };
    // What is said of a Dockerfile is meant for one.
    if (builder === dockerfileBuilder && (dockerfile ?? target) !== undefined) {
      return { builder, reason: 'no builder recognises the build context' };
    }
  }
  throw new UserError(
    `No builder recognises the build context: there is no ${anyOf(among.flatMap(({ looksFor }) => looksFor))}. ` +
      'Add one of them, or set the folder that has it: `app set <app> context=…`.',
  );
}

/** Those that may have built with these settings. */
export function buildersFor({ builder }: Checkout['settings']): readonly Builder[] {
  return builder === undefined ? builders.filter(({ onlyAsked }) => !onlyAsked) : [builderNamed(builder)];
}

/** @throws {Error} when there is none of that name. */
export function builderNamed(name: string): Builder {
  const found = builders.find((builder) => builder.name === name);
  if (!found) throw new Error(`There is no builder ${name}`);
  return found;
}
