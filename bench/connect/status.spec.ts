import { complaintOf } from './status';

const running = (id: number) => ({ id, state: 'RUNNING' });
const TRACE = `org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask
\tat org.apache.kafka.connect.runtime.WorkerSinkTask.deliverMessages(WorkerSinkTask.java:659)
Caused by: org.apache.kafka.connect.errors.ConnectException: JDBC sink connector failure
\t... 11 more
Caused by: org.postgresql.util.PSQLException: ERROR: relation "event" does not exist
\t... 12 more`;

describe('what a connector complains of', () => {
  it('is nothing while all its tasks run', () => {
    expect(complaintOf({ tasks: [running(0), running(1)] }, 2)).toBeNull();
  });

  it('is the first cause of a task that failed', () => {
    const failed = { id: 1, state: 'FAILED', trace: TRACE };
    expect(complaintOf({ tasks: [running(0), failed] }, 2)).toBe(
      'task 1 is FAILED: org.postgresql.util.PSQLException: ERROR: relation "event" does not exist',
    );
  });

  it('is what a failure says that has no other cause', () => {
    const failed = { id: 0, state: 'FAILED', trace: TRACE.split('\n')[0] };
    expect(complaintOf({ tasks: [failed] }, 1)).toBe(
      'task 0 is FAILED: org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask',
    );
  });

  it('is a task too few', () => {
    expect(complaintOf({ tasks: [running(0)] }, 2)).toBe('it has 1 tasks instead of 2');
  });
});
