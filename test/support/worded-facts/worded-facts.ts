import type { Fact, FactKind } from '../../../src/entities/notification-facts.ts';
import type { Reply } from '../../../src/replies/reply.ts';

/** Of each kind, the forms that read differently, with what people read. */
export type WordedFacts<Kinds extends FactKind> = {
  [Kind in Kinds]: [form: string, fact: Omit<Fact<Kind>, 'kind'>, reply: Reply][];
};
