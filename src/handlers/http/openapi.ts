import type { Command } from '../command.ts';
import { whoMay } from '../command-help.ts';
import { inputSchema } from '../input-schema.ts';

type Json = Record<string, unknown>;

const reply: Json = {
  type: 'object',
  description: 'The reply as people read it, and the same facts under `data`.',
  properties: {
    tone: { enum: ['info', 'success', 'warning', 'danger'] },
    title: { type: 'string' },
    text: { type: 'string' },
    fields: { type: 'array', items: { type: 'object' } },
    steps: { type: 'object' },
    table: { type: 'object' },
    charts: { type: 'array', items: { type: 'object' } },
    code: { type: 'string' },
    link: { type: 'object' },
    page: { type: 'string', format: 'uri' },
    deploymentId: { type: 'string', format: 'uuid' },
    picture: {
      type: 'object',
      properties: { png: { type: 'string', contentEncoding: 'base64' }, alt: { type: 'string' } },
    },
    data: {},
  },
  required: ['tone'],
};

const problem: Json = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail'],
};

const answers: Json = {
  200: { description: 'Done', content: { 'application/json': { schema: { $ref: '#/components/schemas/Reply' } } } },
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503].map((status) => [
      status,
      { $ref: '#/components/responses/Problem' },
    ]),
  ),
};

/** OpenAPI 3.1 document of the HTTP API, derived from the commands. */
export function openApi(commands: readonly Command[], publicUrl: string): Json {
  const paths = commands.map((command) => [`/api/commands/${command.name.replaceAll(' ', '.')}`, operation(command)]);
  return {
    openapi: '3.1.0',
    info: { title: 'Shipmate', version: '1', description: 'Deployments on Docker Swarm, by command.' },
    servers: [{ url: publicUrl }],
    security: [{ token: [] }],
    paths: {
      '/api/commands': lineOperation,
      '/api/completions': completionsOperation,
      '/api/deployments': runningOperation,
      '/api/deployments/{id}': deploymentOperation,
      '/api/applications/{id}/log': followOperation('log', 'What an application prints, until the request ends', 'id'),
      '/api/runs/{run}': followOperation('output', 'What a command of `run` prints, until it ends', 'run'),
      ...Object.fromEntries(paths),
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Reply: reply, Problem: problem },
      responses: {
        Problem: {
          description: 'Refused or failed',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

function operation(command: Command): Json {
  return {
    post: {
      operationId: command.name.replaceAll(' ', '_'),
      summary: command.summary,
      description: `Who may: ${whoMay(command)}.`,
      ...(command.role === 'anyone' && { security: [{}, { token: [] }] }),
      requestBody: { content: { 'application/json': { schema: inputSchema(command) } } },
      responses: answers,
    },
  };
}

const lineOperation: Json = {
  post: {
    operationId: 'line',
    summary: 'Run a command line, as a person would type it',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              line: { type: 'string', examples: ['status shop/api'] },
              secrets: {
                type: 'object',
                additionalProperties: { type: 'string' },
                description: 'Values for the `asks` of an earlier 422 to the same line.',
              },
            },
            required: ['line'],
            additionalProperties: false,
          },
        },
      },
    },
    responses: answers,
  },
};

const completionsOperation: Json = {
  get: {
    operationId: 'completions',
    summary: 'What may stand at the end of an unfinished line',
    security: [{}, { token: [] }],
    parameters: [{ name: 'line', in: 'query', required: true, schema: { type: 'string', maxLength: 4_000 } }],
    responses: {
      ...answers,
      200: {
        description: '`matches`: at most 50 words that could replace `fragment`, the unfinished one',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
    },
  },
};

/** Events as they come. */
function followOperation(operationId: string, summary: string, name: string): Json {
  const query = (key: string, description: string) => ({
    name: key,
    in: 'query',
    schema: { type: 'string' },
    description,
  });
  return {
    get: {
      operationId,
      summary,
      parameters: [
        { name, in: 'path', required: true, schema: { type: 'string' } },
        query('after', 'The `at` of the last event that you have.'),
        ...(name === 'id' ? [query('service', 'Of a compose application.')] : []),
      ],
      responses: {
        ...answers,
        200: {
          description: 'Lines of JSON: `kind` (`line`, `note` or `end`), `text`, `time`, `service`, `exitCode`, `at`',
          content: { 'application/x-ndjson': { schema: { type: 'object' } } },
        },
      },
    },
  };
}

const runningOperation: Json = {
  get: {
    operationId: 'runningDeployments',
    summary: 'The deployments that have not ended, newest first, at most 25',
    responses: answers,
  },
};

const deploymentOperation: Json = {
  get: {
    operationId: 'deployment',
    summary: 'A deployment’s progress and log',
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { name: 'after', in: 'query', schema: { type: 'integer' }, description: 'Only log lines after this one.' },
    ],
    responses: answers,
  },
};
