import { createProject } from '../../usecases/projects/create-project.ts';
import { deleteProject } from '../../usecases/projects/delete-project.ts';
import { listProjects } from '../../usecases/projects/list-projects.ts';
import { readProject } from '../../usecases/projects/read-project.ts';
import { defineCommand } from '../command.ts';
import { shortId } from '../../replies/short-id.ts';
import { allOf } from '../../word-lists.ts';
import { flag, named, optional, text } from '../options.ts';

export const projectCreate = defineCommand({
  name: 'project create',
  summary: 'Create a project, a group of applications',
  role: 'admin',
  answers: 'channel',
  options: {
    name: text('Name, part of host names: lower-case letters, digits, hyphens'),
    description: optional(named(text('Description'))),
    team: optional(named(text('Team to share it with'))),
  },
  examples: ['project create shop --description "The web shop"'],
  async run({ deps, user, origin }, input) {
    const project = await createProject(deps, { ...input, user, origin });
    return {
      tone: 'success',
      text: `Project \`${project.name}\` is created. Next: \`app create ${project.name}/<app> --repo <url>\`.`,
      data: { id: project.id, name: project.name },
    };
  },
});

export const projectList = defineCommand({
  name: 'project list',
  summary: 'List the projects you see',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { after: optional(named(text('Continue a list: the id that its end shows'))) },
  async run({ deps, user }, { after }) {
    const { listed, more } = await listProjects(deps, user, after);
    if (listed.length === 0)
      return { tone: 'info', text: 'No projects yet. `project create <name>` creates one.', data: [] };
    return {
      tone: 'info',
      title: 'Projects',
      ...(more && {
        text: `These are ${listed.length}. The next ones: \`project list --after ${shortId(listed.at(-1)?.project.id ?? '')}\`.`,
      }),
      table: {
        columns: ['Project', 'Owner', 'Team', 'Applications'],
        rows: listed.map(({ project, applications }) => [
          project.name,
          project.owner.username,
          project.team?.name ?? '',
          String(applications),
        ]),
      },
      data: listed.map(({ project, applications }) => ({ id: project.id, name: project.name, applications })),
    };
  },
});

export const projectShow = defineCommand({
  name: 'project show',
  summary: 'Show a project and its applications',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { name: text('Name of the project', 'project') },
  async run({ deps, user }, { name }) {
    const { project, applications } = await readProject(deps, user, name);
    return {
      tone: 'info',
      title: project.name,
      ...(project.description && { text: project.description }),
      fields: [
        { name: 'Owner', value: project.owner.username },
        ...(project.team ? [{ name: 'Team', value: project.team.name }] : []),
      ],
      table: { columns: ['Application', 'Status'], rows: applications.map((one) => [one.name, one.status]) },
      data: {
        id: project.id,
        name: project.name,
        description: project.description ?? null,
        owner: project.owner.username,
        applications: applications.map((one) => ({ id: one.id, name: one.name, status: one.status })),
      },
    };
  },
});

export const projectDelete = defineCommand({
  name: 'project delete',
  summary: 'Delete a project whose applications are all archived, or with all it has',
  role: 'admin',
  answers: 'channel',
  options: {
    name: text('Name of the project', 'project'),
    all: flag('Delete its applications and databases too, with their data and backups, for good'),
  },
  examples: ['project delete shop', 'project delete shop --all'],
  async run({ deps, user, origin }, { name, all }) {
    const { contents, name: deleted } = await deleteProject(deps, { user, name, origin, all });
    const gone = [...contents.applications, ...contents.databases];
    const text = `Project \`${deleted}\` is deleted${gone.length > 0 ? `, with ${allOf(gone)}` : ''}.`;
    return { tone: 'success', text, data: { name: deleted, ...contents } };
  },
});
