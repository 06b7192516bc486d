import { z } from 'zod';

// Fields that are only shown, or that git can tell as well: whatever stands in them, also null, refuses no push.

export const ShownText = z.string().nullish().catch(null);

export const ShownFlag = z.boolean().nullish().catch(null);

export const ShownCount = z.number().nullish().catch(null);

/** Undefined parts are not known. */
export function shownObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape).nullish().catch(null);
}

/** Null: not known, which is not the same as none. */
export function shownList<Item extends z.ZodType>(item: Item) {
  return z.array(item).nullish().catch(null);
}
