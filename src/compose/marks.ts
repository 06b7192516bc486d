import { type CollectionTag, type ScalarTag, YAMLMap, YAMLSeq } from 'yaml';

/** `!reset` takes a key away from the files before; `!override` replaces it where it would be merged. */
export type MarkKind = 'reset' | 'override';

/** A value with one of the tags. */
export class Marked {
  readonly kind: MarkKind;
  readonly value: unknown;
  constructor(kind: MarkKind, value: unknown) {
    this.kind = kind;
    this.value = value;
  }
}

/** The tags for the YAML parser: each for a map, a list and a word. */
export const marks: readonly (CollectionTag | ScalarTag)[] = (['reset', 'override'] as const).flatMap((kind) => {
  class MarkedMap extends YAMLMap {
    override toJSON(...given: Parameters<YAMLMap['toJSON']>): Marked {
      return new Marked(kind, super.toJSON(...given));
    }
  }
  class MarkedList extends YAMLSeq {
    // The declared type is that of a list without a tag.
    override toJSON(...given: Parameters<YAMLSeq['toJSON']>): unknown[] {
      return new Marked(kind, super.toJSON(...given)) as unknown as unknown[];
    }
  }
  const tag = `!${kind}`;
  return [
    { tag, collection: 'map', nodeClass: MarkedMap },
    { tag, collection: 'seq', nodeClass: MarkedList },
    { tag, resolve: (text: string) => new Marked(kind, text) },
  ] satisfies (CollectionTag | ScalarTag)[];
});
