import { z } from 'zod';
import { RefName, RepositoryName } from './push.ts';
import { ShownText } from './shown.ts';

/** Requests are numbered from 1; no host is near the end of PostgreSQL's integers. */
export const RequestNumber = z.number().int().min(1).max(2_147_483_647);

/** A commit id, abbreviated where the host does so; nothing while there are no commits, or once the fork is gone. */
export const HeadCommit = z
  .string()
  .regex(/^([0-9a-f]{7,40})?$/, 'is not a commit id')
  .nullish()
  .transform((id) => id || undefined);

/** As `previews.branch` and, with `refs/heads/` before it, `previews.ref` hold it. */
export const HeadBranch = RefName.refine((name) => name.length <= 240, 'is longer than 240 characters');

/** The host's name of the repository that the commits are in; null when it was deleted. */
export const HeadRepository = RepositoryName.nullish().catch(null);

/** A time in one of the forms of the hosts; undefined when it cannot be read. */
export const ShownTime = ShownText.transform((text) => {
  const time = new Date(text?.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/, '$1T$2Z') ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
});

/** Somebody as the host names them. */
export interface HostPerson {
  name: string;
  /** What the host's API knows them by. */
  id: string;
}

/** What happened to a pull or merge request, in a form common to all hosts. */
export interface ChangeRequest {
  /** What the host calls the repository that it asks to change, e.g. `acme/api`. */
  repository: string;
  number: number;
  /** `opened`: or reopened; `changed`: may have new commits; `other` says nothing new about it. */
  happened: 'opened' | 'changed' | 'labelled' | 'closed' | 'merged' | 'other';
  title: string | undefined;
  author: HostPerson | undefined;
  /**
   * Whether its author may push to the repository, where the payload tells: `undefined` has to be asked. A bot is no
   * member, as strangers may steer it.
   */
  byMember: boolean | undefined;
  branch: string;
  /** Its head; undefined when it has no commits, or what they are in is gone. */
  commit: string | undefined;
  /** What git fetches the commit by, should the host not give it out by its id. */
  ref: string;
  /** Whether the commits come from elsewhere than a branch of the repository. */
  fromFork: boolean;
  /** Name of the repository to clone from; undefined: the one that it asks to change. */
  cloneFrom: string | undefined;
  /** Who did it. */
  sender: HostPerson | undefined;
  /** Labels put by this event, as far as the payload tells. */
  labels: string[];
  /** All labels, where the payload does not tell which of them is new. */
  allLabels: string[] | undefined;
  /** The host's time of the event. */
  at: Date | undefined;
}

/** Of texts that are only shown, so much is kept, characters. */
const mostShown = 200;

export function shortText(text: string | null | undefined): string | undefined {
  return text?.replaceAll(/\s+/g, ' ').trim().slice(0, mostShown) || undefined;
}

/** Undefined for somebody whom the payload does not name. */
export function personNamed(
  name: string | null | undefined,
  id: string | number | null | undefined = name,
): HostPerson | undefined {
  if (!name || name.length > 255 || id === null || id === undefined || String(id).length > 255) return undefined;
  return { name, id: String(id) };
}

/** Whether two names are of one repository; hosts ignore case. */
export function isSameRepository(one: string | null | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
