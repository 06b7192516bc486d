import { describe, expect, it } from '@jest/globals';
import { loggedError } from '../src/logger.ts';

describe('an error in the log', () => {
  it('keeps its message, its causes and its code', () => {
    const error = Object.assign(new Error('no connection', { cause: new Error('refused') }), { code: 'ECONNREFUSED' });
    expect(loggedError(error)).toEqual({
      type: 'Error',
      message: 'no connection: refused',
      stack: expect.stringContaining('caused by: Error: refused'),
      code: 'ECONNREFUSED',
    });
  });

  it('leaves out what libraries hang on it, in the errors of an aggregate too', () => {
    const lost = Object.assign(new Error('lost'), { code: '57P01', client: { processID: 7, secretKey: 42 } });
    const refused = Object.assign(new Error('401'), { status: 401, request: { headers: { authorization: 'x' } } });
    const logged = loggedError(new AggregateError([lost, refused], 'both'));
    expect(logged).toMatchObject({
      message: 'both',
      aggregateErrors: [
        { message: 'lost', code: '57P01' },
        { message: '401', status: 401 },
      ],
    });
    expect(JSON.stringify(logged)).not.toMatch(/client|request|secretKey|authorization/);
  });

  it('is whatever was thrown when that is no error', () => {
    expect(loggedError('ended')).toBe('ended');
  });
});
