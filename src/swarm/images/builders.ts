import type { Builder, Checkout } from './builder.ts';
import { dockerfileBuilder } from './dockerfile-builder.ts';

/** Every builder in order of precedence; the first that detects the checkout builds it. */
export const builders: readonly [Builder, ...Builder[]] = [dockerfileBuilder];

export interface Choice {
  builder: Builder;
  /** The clause after "because". */
  reason: string;
}

/** Falls back to the first builder, whose error says what is missing. */
export async function chooseBuilder(checkout: Checkout, among = builders): Promise<Choice> {
  for (const builder of among) {
    const reason = await builder.detects(checkout);
    if (reason !== undefined) return { builder, reason };
  }
  return { builder: among[0], reason: 'no builder recognises the build context' };
}

/** @throws {Error} when there is none of that name. */
export function builderNamed(name: string): Builder {
  const found = builders.find((builder) => builder.name === name);
  if (!found) throw new Error(`There is no builder ${name}`);
  return found;
}
