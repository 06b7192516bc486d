import type { Project } from '../../src/entities/project.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { makeProject, makeTeam } from './factories.ts';
import { makePerson, type Person } from './person.ts';

export interface Crew {
  /** Owner of the team and of the project; a developer on the platform, as the two members are. */
  owner: Person;
  ada: Person;
  ben: Person;
  /** Admin of the team. */
  lea: Person;
  /** A member who is an admin on the platform. */
  eve: Person;
  viewer: Person;
  /** An admin on the platform who is not in the team. */
  stranger: Person;
  project: Project;
}

/** A team with everyone who may do different things, and a project called `name`. */
export async function makeCrew(deps: Deps, name: string): Promise<Crew> {
  const [owner, ada, ben, lea, viewer] = await Promise.all([
    makePerson(deps, 'developer'),
    makePerson(deps, 'developer'),
    makePerson(deps, 'developer'),
    makePerson(deps, 'developer'),
    makePerson(deps, 'developer'),
  ]);
  const [eve, stranger] = await Promise.all([makePerson(deps, 'admin'), makePerson(deps, 'admin')]);
  const team = await makeTeam(deps.database, [
    [owner.user, 'owner'],
    [lea.user, 'admin'],
    [ada.user, 'member'],
    [ben.user, 'member'],
    [eve.user, 'member'],
    [viewer.user, 'viewer'],
  ]);
  const project = await makeProject(deps.database, { name, owner: owner.user, team });
  return { owner, ada, ben, lea, eve, viewer, stranger, project };
}
