import * as fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import { decodeSegment, taskIdOf } from './task-id';
import { spelled } from '../testing/spelled';

/** Any string of code units, lone surrogates among them. */
const anyString = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

describe('the TaskId of a path', () => {
  it('is any string whatever, as it was spelled', () => {
    checkProperty(
      fc.property(
        fc.oneof(anyString, fc.string({ unit: 'grapheme' }), fc.constantFrom('/', '%2F', '..', '?', '#')),
        (taskId) => {
          expect(taskIdOf(`/v1/tasks/${spelled(taskId)}?account=a`)).toBe(taskId);
          expect(taskIdOf(`/v1/tasks/${spelled(taskId)}/history`)).toBe(taskId);
          expect(taskIdOf(`http://localhost:8080/v1/tasks/${spelled(taskId)}`)).toBe(taskId);
        },
      ),
    );
  });

  it.each(['%', '%2', '%zz', '%ff', '%C3', '%ED%A0', '%ED%A0%', '%C0%AF', '%F5%80%80%80'])(
    '%s is malformed',
    (segment) => {
      expect(decodeSegment(segment)).toBeNull();
      expect(() => taskIdOf(`/v1/tasks/${segment}`)).toThrow('malformed percent-encoding');
    },
  );
});
