import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import type { VariableKind } from '../../entities/changed-variable.ts';
import type { Project } from '../../entities/project.ts';
import type { User } from '../../entities/user.ts';
import type { Origin } from '../origin.ts';

/** What holds variables: an application, its previews, or a project that shares them in an environment. */
export type VariableOwner =
  { application: string; previews?: boolean | undefined } | { project: string; environment?: string | undefined };

export interface VariableRequest {
  user: User;
  origin: Origin;
  of: VariableOwner;
}

/** A variable that people set, decrypted. */
export interface NewVariable {
  kind: Extract<VariableKind, 'plain' | 'secret' | 'build'>;
  value: string;
}

/** A variable as it is stored. */
export interface StoredVariable {
  kind: Exclude<VariableKind, 'unset'>;
  /** Another ciphertext is another value. */
  stored: string;
  /** Decrypts a secret. */
  reveal(): string;
}

export interface VariableScope {
  project: Project;
  application: Application | undefined;
  /** Of shared variables; empty: those of the whole project. */
  environment: string;
  forPreviews: boolean;
  /** For people, e.g. `shop/api`. */
  name: string;
  /** Behind a command line that is about the same scope, e.g. ` --preview`. */
  option: string;
  audit: {
    /** What its actions begin with, e.g. `application.env`. */
    action: string;
    kind: string;
    resourceType: 'application' | 'project';
    resourceId: string;
  };
  /** Why a plain value cannot replace a secret, and what can. */
  refusePlain(key: string): string;
  /** Until the transaction ends, nobody else changes it. */
  lock(em: EntityManager): Promise<void>;
  read(em: EntityManager): Promise<Map<string, StoredVariable>>;
  /** Undefined removes a variable. */
  write(em: EntityManager, variables: ReadonlyMap<string, NewVariable | undefined>): Promise<void>;
}
